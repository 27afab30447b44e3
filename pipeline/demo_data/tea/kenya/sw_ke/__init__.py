"""The Faker locale `sw_KE`: a module per Faker provider package, which `common.faker_locale` has Faker find."""
