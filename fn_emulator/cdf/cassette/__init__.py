"""Recordings of a real project: made while a function talks to it, answered from later without one."""
