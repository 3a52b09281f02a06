"""What the screens say in French; English is written in the code and the templates."""
