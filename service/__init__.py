"""Who is asking, over what wire, with which settings: the web application, its settings and the command line."""
