"""What a catalogue service (CSW 2.0.2 and 3.0) announces, answers, and hands out."""
