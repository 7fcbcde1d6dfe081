"""Characters of Korean text: letters, Hanja, scripts and folding. Nothing here analyses words."""
