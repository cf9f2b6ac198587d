"""How grave an incident is: Article 3 of 国务院令第493号 as a pure function of the numbers."""

from dataclasses import asdict, dataclass, fields

from models.base import UserError

ORDINARY, SERIOUS, MAJOR, EXTRAORDINARY = "ordinary", "serious", "major", "extraordinary"
GRADES = (ORDINARY, SERIOUS, MAJOR, EXTRAORDINARY)  # 一般, 较大, 重大, 特别重大; rising

COUNT_MAX = 9_999  # persons
LOSS_MAX = 1_000_000_000_000  # yuan

# From how many dead, how many severely injured, how many yuan of direct loss a grade begins. 以上 includes
# the number and 以下 excludes it, so a grade ends just below where the next begins.
_FROM = (
    (EXTRAORDINARY, 30, 100, 100_000_000),
    (MAJOR, 10, 50, 50_000_000),
    (SERIOUS, 3, 10, 10_000_000),
)


@dataclass(frozen=True)
class Counts:
    """Persons, and yuan of direct economic loss; None is not known yet.

    `severe` includes acute poisoning (急性工业中毒); `hurt` are injured whose state is not known yet.
    `missing` and `trapped` are counted apart and decide no grade.
    """

    dead: int | None = None
    severe: int | None = None
    light: int | None = None
    hurt: int | None = None
    missing: int | None = None
    trapped: int | None = None
    loss: int | None = None

    def replaced_by(self, newer: "Counts") -> "Counts":
        """The newer numbers where they say something, these where they do not.

        Whoever is now known to be hurt severely or lightly is no longer among those hurt in a way unknown; and
        injured told alone are all of them, those known to be so included.
        """
        known = {name: value for name, value in asdict(newer).items() if value is not None}
        told = {name for name in ("severe", "light") if name in known}
        if self.hurt and "hurt" not in known:
            more = sum((known.get(name) or 0) - (getattr(self, name) or 0) for name in told)
            known["hurt"] = max(0, self.hurt - max(0, more))
        elif "hurt" in known and not told:
            known["hurt"] = max(0, known["hurt"] - (self.severe or 0) - (self.light or 0))
        return Counts(**{**asdict(self), **known})

    @property
    def people(self) -> dict[str, int | None]:
        """The numbers of persons by their names."""
        return {name: value for name, value in asdict(self).items() if name != "loss"}

    @property
    def nobody(self) -> bool:
        """Known for certain that nobody came to harm."""
        return self.dead is not None and not any(self.people.values())

    @property
    def unsure(self) -> tuple[str, ...]:
        """What is still being checked: dead, injured, missing, trapped; nothing once nobody came to harm."""
        if self.nobody:
            return ()
        injured = self.severe is not None or self.light is not None or self.hurt is not None
        open_ = {"dead": self.dead is None, "injured": not injured}
        open_ |= {"missing": self.missing is None, "trapped": self.trapped is None}
        return tuple(name for name, is_open in open_.items() if is_open)


PEOPLE = tuple(each.name for each in fields(Counts) if each.name != "loss")


def check_counts(counts: Counts) -> None:
    """Refuse numbers that cannot be. Errors: count-negative, count-too-many, loss-too-much."""
    for value in counts.people.values():
        if value is not None and value < 0:
            raise UserError("count-negative")
        if value is not None and value > COUNT_MAX:
            raise UserError("count-too-many", most=str(COUNT_MAX))
    if counts.loss is not None and not 0 <= counts.loss <= LOSS_MAX:
        raise UserError("loss-too-much")


def grade_of(counts: Counts) -> str:
    """The grade by the numbers known so far; what is not known counts as none (第三条).

    Whichever of the three measures reaches highest decides.
    """
    dead, severe, loss = counts.dead or 0, counts.severe or 0, counts.loss or 0
    for grade, dead_from, severe_from, loss_from in _FROM:
        if dead >= dead_from or severe >= severe_from or loss >= loss_from:
            return grade
    return ORDINARY


def may_reach(counts: Counts) -> str:
    """The grade if the missing and trapped have died and all injured of unknown state are severe.

    第十二条 asks for the casualties that an accident has caused or may cause, the missing included.
    """
    dead = (counts.dead or 0) + (counts.missing or 0) + (counts.trapped or 0)
    severe = (counts.severe or 0) + (counts.hurt or 0)
    return grade_of(Counts(dead=dead, severe=severe, loss=counts.loss))


def at_least(grade: str) -> tuple[str, ...]:
    """This grade and the graver ones."""
    return GRADES[GRADES.index(grade) :]


def graver(one: str, other: str) -> bool:
    """Whether one grade is above the other."""
    return GRADES.index(one) > GRADES.index(other)
