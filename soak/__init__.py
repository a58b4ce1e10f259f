"""The real service against the sandbox for minutes, with faults, floods and clients that leave: does anything grow?"""
