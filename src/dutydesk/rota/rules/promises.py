"""What rotas promise."""

from dutydesk.kernel.kinds import PromiseKind

SWAP = PromiseKind("rota.swap", "Somebody takes {name}'s {duty} time", clause="oncall.rota")
