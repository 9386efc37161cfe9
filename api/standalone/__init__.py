"""`waitline up`: everything on one machine, in one folder, under one supervisor."""
