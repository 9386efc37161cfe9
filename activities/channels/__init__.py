"""Channels: one sender a channel, behind one protocol, held to one conformance suite.

A sender knows a provider's protocol and nothing else. Whether to send, what to say, what to record and when to try
again is decided by those who call it.
"""
