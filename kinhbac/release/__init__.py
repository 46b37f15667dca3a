"""Publication: the proof, the gate, the seal, and what a release carries for people."""
