"""The Faker locale `sw_KE`: one module per Faker provider package, and `install`, which makes Faker find them."""
