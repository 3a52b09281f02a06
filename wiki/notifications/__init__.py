"""Telling people what happened to what they follow, wrote or were asked: on « My day », by mail."""
