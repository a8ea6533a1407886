// The button: placeholder until its script is here.
