"""What an operation does upstream, told to those who may know: the plan before, and every call after."""
