"""Git: reads repositories over HTTPS and SSH with dulwich, loaded when one is asked for."""
