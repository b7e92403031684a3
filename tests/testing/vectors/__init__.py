"""Cases from the field, in their own forms, asked of the rota's rules."""
