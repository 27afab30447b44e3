"""People of Kenya's tea counties."""

from __future__ import annotations

from faker.providers.person import Provider as PersonProvider

from demo_data.tea.kenya import draw


class Provider(PersonProvider):
    """Names of the communities of the tea counties, each as frequent as its bearers are there.

    A whole name belongs to one community and one gender, as in Mercy Chebet or Kamau Njoroge; it has no title.
    A first or last name that is asked for alone is one of any community.
    """

    first_names = draw.given_names()
    first_names_female = draw.given_names("female")
    first_names_male = draw.given_names("male")
    last_names = draw.family_names()
    last_names_female = draw.family_names("female")
    last_names_male = draw.family_names("male")

    # Kiswahili abbreviations of Bibi, Bwana, Daktari (Doctor), Mwalimu (Teacher).
    prefixes_female = ("Bi.", "Dkt.", "Mwl.")
    prefixes_male = ("Bw.", "Dkt.", "Mwl.")

    def name(self) -> str:
        """A woman's or a man's name, as often the one as the other ('Mercy Chebet')."""
        return self._name(None)

    def name_female(self) -> str:
        """A woman's name ('Mary Wanjiku')."""
        return self._name("female")

    def name_male(self) -> str:
        """A man's name ('Kamau Njoroge')."""
        return self._name("male")

    def name_nonbinary(self) -> str:
        """The same as `name`: the data has women's and men's names only ('Mercy Chebet')."""
        return self._name(None)

    def _name(self, gender: str | None) -> str:
        return " ".join(draw.name(self.generator.random, gender, self.__use_weighting__))
