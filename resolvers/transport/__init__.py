"""The only room that opens connections: calls with a deadline, limits, retries and a breaker.

On top of them what several sources need: strict XML, JSON and SOAP, and sessions. It knows the model alone.
"""
