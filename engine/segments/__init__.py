"""Segments: saved conditions over profiles, answered from memory here and compiled to SQL, with one meaning."""
