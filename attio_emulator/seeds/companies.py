"""Generated companies and people."""

from typing import Any

from attio_emulator.model.schema import Attribute, Kind
from attio_emulator.seeds.records import LARGE, Members, RowSeeder
from attio_emulator.seeds.world import World, words
from attio_emulator.values import contacts

PRIME = 7_919
WITH_PHONE = 0.6
PHOTOS = "https://images.example.com"


def company_name(number: int) -> tuple[str, str]:
    """The name and domain of a company, unique for each number."""
    vocabulary = words()
    front, back, form = vocabulary["front"], vocabulary["back"], vocabulary["form"]
    combinations = len(front) * len(back) * len(form)
    round_, rest = divmod(number, combinations)
    mixed = rest * PRIME % combinations
    place, nth_form = divmod(mixed, len(form))
    nth_front, nth_back = divmod(place, len(back))
    extra = f" {round_ + 1}" if round_ else ""
    name = f"{front[nth_front]} {back[nth_back]} {form[nth_form]}".strip() + extra
    stem = f"{front[nth_front]}{back[nth_back]}{extra.strip()}".lower()
    return name, f"{stem}.{vocabulary['tlds'][nth_form]}"


def picked(world: World, attribute: Attribute, most: int = 1) -> list[Members]:
    """One or more options of a select, in their order, `most` at most."""
    options = list(attribute.options.values())
    start = world.number(0, len(options) - 1)
    return [{"option": option} for option in options[start : start + world.number(1, most)]]


def place(city: list[str], street: str | None) -> Members:
    """A location."""
    locality, region, country, latitude, longitude = city
    found: Members = {
        **dict.fromkeys(contacts.PLACE),
        "line_1": street,
        "locality": locality,
        "region": region,
    }
    return {**found, "country_code": country, "latitude": latitude, "longitude": longitude}


def interaction(world: World, kind: str, moment: str) -> Members:
    """An interaction of a kind at a moment, with a random member as its owner."""
    owner: Members = {"type": "workspace-member", "id": world.one(world.members)}
    return {"interaction_type": kind, "interacted_at": moment, "owner_actor": owner}


def interactions(world: World, since: str) -> dict[str, list[Members]]:
    """The values of the interaction attributes: first and last contact, by e-mail."""
    first = world.later(since, most_days=20)
    last = world.later(first, most_days=300)
    mail_first, mail_last = interaction(world, "email", first), interaction(world, "email", last)
    return {
        "first_email_interaction": [mail_first],
        "last_email_interaction": [mail_last],
        "first_interaction": [mail_first],
        "last_interaction": [mail_last],
    }


def references(target: str, ids: list[str]) -> list[Members]:
    """References to records of an object."""
    return [{"target_object": target, "target_record_id": each} for each in ids]


def seed_companies(world: World) -> None:
    """Make the companies."""
    kind = world.workspace.object("companies")
    seeder = RowSeeder(workspace=world.workspace, kind=kind, small=len(world.companies) <= LARGE)
    deals: dict[int, list[str]] = {}
    for deal, buyer in zip(world.deals, world.deal_company, strict=True):
        deals.setdefault(buyer, []).append(deal)
    projects: dict[int, list[str]] = {}
    for project, customer in zip(world.projects, world.project_company, strict=True):
        projects.setdefault(customer, []).append(project)
    for number, record_id in enumerate(world.companies):
        created_at = world.moment()
        members = company(world, kind, number, created_at)
        members["team"] = references("people", [world.people[each] for each in world.team.get(number, ())])
        members["associated_deals"] = references("deals", deals.get(number, []))
        if number in projects:
            members["projects"] = references("projects", projects[number])
        changed = {"last_interaction": str(members["last_interaction"][0]["interacted_at"])}
        seeder.seed(record_id, created_at, members, changed=changed)


def texts(world: World, number: int, city: list[str]) -> dict[str, list[Members]]:
    """The plain values of one company."""
    name, domain = company_name(number)
    slug = domain.partition(".")[0]
    sentences = words()["sentences"]
    start = world.number(0, len(sentences) - 4)
    plain: dict[str, Any] = {
        "name": name,
        "description": f"{name} of {city[0]}. {' '.join(sentences[start : start + 4])}",
        "logo_url": f"{PHOTOS}/logos/{slug}.png",
        "linkedin": f"https://www.linkedin.com/company/{slug}",
        "twitter": f"https://twitter.com/{slug}",
        "twitter_follower_count": world.number(0, 90_000),
        "foundation_date": f"{world.number(1950, 2022)}-{world.number(1, 12):02d}-{world.number(1, 28):02d}",
        "strongest_connection_strength_legacy": world.number(1, 100),
    }
    return {key: [{"value": value}] for key, value in plain.items()}


def company(world: World, kind: Kind, number: int, created_at: str) -> dict[str, list[Members]]:
    """The values of one company."""
    domain = company_name(number)[1]
    city = world.one(words()["cities"])
    choices = ("employee_range", "estimated_arr_usd", "strongest_connection_strength")
    return {
        **texts(world, number, city),
        **{slug: picked(world, kind.by_slug[slug]) for slug in choices},
        "domains": [{"domain": domain, "root_domain": domain}],
        "categories": picked(world, kind.by_slug["categories"], 2),
        "primary_location": [place(city, f"{world.number(1, 220)} Market Street")],
        "funding_raised_usd": [{"currency_value": world.number(0, 400) * 25_000, "currency_code": "USD"}],
        "strongest_connection_user": [world.member()],
        **interactions(world, created_at),
    }


def seed_people(world: World) -> None:
    """Make the people."""
    kind = world.workspace.object("people")
    seeder = RowSeeder(workspace=world.workspace, kind=kind, small=len(world.people) <= LARGE)
    deals: dict[int, list[str]] = {}
    for deal, team in zip(world.deals, world.deal_people, strict=True):
        for each in team:
            deals.setdefault(each, []).append(deal)
    taken: set[str] = set()
    for number, record_id in enumerate(world.people):
        created_at = world.moment()
        members = person(world, number, created_at, taken)
        members["associated_deals"] = references("deals", deals.get(number, []))
        seeder.seed(record_id, created_at, members)


def address(world: World, number: int, name: str, taken: set[str]) -> str:
    """An e-mail address at the employer that nobody has yet."""
    employer = world.employer[number]
    host = "mail.example.com" if employer is None else company_name(employer)[1]
    local = contacts.plain_letters(name.lower().replace(" ", "."))
    found = f"{local}@{host}" if f"{local}@{host}" not in taken else f"{local}{number}@{host}"
    taken.add(found)
    return found


def phone(world: World, country: str) -> list[Members]:
    """A phone number in the country's pattern; none without a pattern, and not for everybody."""
    pattern = words()["phones"].get(country)
    if pattern is None or world.rng.random() >= WITH_PHONE:
        return []
    number = pattern % world.number(0, 999)
    return [{"original_phone_number": number, "country_code": country, "phone_number": number}]


def person(world: World, number: int, created_at: str, taken: set[str]) -> dict[str, list[Members]]:
    """The values of one person."""
    vocabulary = words()
    first, last = world.one(vocabulary["first"]), world.one(vocabulary["last"])
    mail = address(world, number, f"{first} {last}", taken)
    city = world.one(vocabulary["cities"])
    handle = mail.partition("@")[0].replace(".", "-")
    employer = world.employer[number]
    return {
        "name": [{"first_name": first, "last_name": last, "full_name": f"{first} {last}"}],
        "email_addresses": [contacts.email(mail)],
        "company": references("companies", [] if employer is None else [world.companies[employer]]),
        "job_title": [{"value": world.one(vocabulary["titles"])}],
        "linkedin": [{"value": f"https://www.linkedin.com/in/{handle}-{number}"}],
        "avatar_url": [{"value": f"{PHOTOS}/people/{number}.png"}],
        "phone_numbers": phone(world, city[2]),
        "primary_location": [place(city, None)],
        "strongest_connection_user": [world.member()],
        **interactions(world, created_at),
    }
