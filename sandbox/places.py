"""Where the customers live: names, streets, postal codes and telephone numbers as each country writes them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sandbox.books import Address


@dataclass(frozen=True, slots=True)
class Country:
    """How one country writes an address. In patterns `#` is a digit and `@` a capital letter.

    Cities are (name, region, postal code pattern). Telephone numbers are from ranges kept for fiction if there are any.
    """

    code: str
    locale: str
    currency: str
    company_code: str
    phone: str
    street: str
    cities: tuple[tuple[str, str, str], ...]
    streets: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    businesses: tuple[str, ...]


NETHERLANDS = Country(
    "NL", "nl-NL", "EUR", "NL#########B01", "+31 20 555####", "{street} {number}",
    (("Utrecht", "UT", "35## @@"), ("Amsterdam", "NH", "10## @@"), ("Groningen", "GR", "97## @@"),
     ("Eindhoven", "NB", "56## @@"), ("'s-Hertogenbosch", "NB", "52## @@"), ("Zwolle", "OV", "80## @@")),
    ("Oudegracht", "Kerkstraat", "Stationsweg", "Lange Nieuwstraat", "Dorpsstraat", "Burgemeester Reigerstraat"),
    ("Sanne", "Daan", "Fleur", "Bram", "Anouk", "Joris", "Loïs", "Zoë"),
    ("de Vries", "Jansen", "van der Meer", "Bakker", "Smit", "Böhmer", "Coenraadts"),
    ("Rijwielhandel {last}", "{last} Tweewielers B.V.", "Fietsenmakerij {city}", "{last} & Zonen V.O.F.",
     "Atelier {first}", "Buurtwinkel {street}"),
)  # fmt: skip
GERMANY = Country(
    "DE", "de-DE", "EUR", "DE#########", "+49 30 23125###", "{street} {number}",
    (("München", "BY", "803##"), ("Köln", "NW", "506##"), ("Berlin", "BE", "104##"), ("Göttingen", "NI", "370##"),
     ("Leipzig", "SN", "041##"), ("Lübeck", "SH", "235##")),
    ("Hauptstraße", "Goethestraße", "Bahnhofstraße", "Am Mühlgraben", "Königsallee", "Schloßplatz"),
    ("Jürgen", "Käthe", "Sören", "Anneliese", "Lukas", "Björn", "Friederike"),
    ("Müller", "Schröder", "Weiß", "Grünwald", "Krämer", "Vogel", "Jäger"),
    ("Fahrrad {last} GmbH", "Zweirad {last} & Söhne KG", "Radhaus {city} eG", "Modehaus {last}",
     "{last} Maschinenbau GmbH", "Werkstatt {first} {last}"),
)  # fmt: skip
ITALY = Country(
    "IT", "it-IT", "EUR", "IT###########", "+39 02 555####", "{street} {number}",
    (("Milano", "MI", "201##"), ("Forlì", "FC", "4712#"), ("Torino", "TO", "101##"), ("Firenze", "FI", "501##"),
     ("Cantù", "CO", "22063"), ("Bari", "BA", "701##")),
    ("Via Roma", "Corso Garibaldi", "Via Niccolò Machiavelli", "Piazza Libertà", "Via dell'Università"),
    ("Niccolò", "Giulia", "Lucìa", "Matteo", "Beatrice", "Elia"),
    ("Rossi", "Bianchi", "D'Angelo", "Ferrari", "Colò", "Pellegrini"),
    ("Cicli {last} S.r.l.", "Officina {last} S.n.c.", "Boutique {first}", "Ferramenta {last} & Figli",
     "Società Ciclistica {city}"),
)  # fmt: skip
BRITAIN = Country(
    "GB", "en-GB", "GBP", "GB#########", "+44 20 79460###", "{number} {street}",
    (("London", "LND", "SW# #@@"), ("Leeds", "", "LS# #@@"), ("Bristol", "", "BS# #@@"), ("Norwich", "", "NR# #@@"),
     ("Edinburgh", "", "EH# #@@"), ("Cardiff", "", "CF## #@@")),
    ("High Street", "Station Road", "Church Lane", "Victoria Road", "Mill Lane", "King's Parade"),
    ("Oliver", "Amelia", "Siân", "George", "Isla", "Harry"),
    ("Taylor", "O'Connor", "Whitfield", "Brontë", "Hughes", "Ashworth"),
    ("{last} & Sons Cycles Ltd", "The {city} Cycle Co.", "{last} Ironmongers", "{first} & Daughters Drapers Ltd",
     "{city} Spares & Tools Ltd"),
)  # fmt: skip
AMERICA = Country(
    "US", "en-US", "USD", "##-#######", "+1 312 555 01##", "{number} {street}",
    (("Chicago", "IL", "606##"), ("Portland", "OR", "972##"), ("Austin", "TX", "787##"), ("Boulder", "CO", "803##"),
     ("Burlington", "VT", "0540#"), ("San José", "CA", "951##")),
    ("Main St", "Oak Ave", "Lake Shore Dr", "Maple St", "Elm St", "W Jackson Blvd"),
    ("Emily", "José", "Michael", "Renée", "Tyler", "Grace"),
    ("Johnson", "García", "O'Neill", "Nguyen", "Schmidt", "Washington"),
    ("{last} Hardware LLC", "{city} Bicycle Works", "{last} Dental Group", "{first}'s Outdoor Supply Inc.",
     "{last}, {last2} & Partners LLP"),
)  # fmt: skip
FRANCE = Country(
    "FR", "fr-FR", "EUR", "FR###########", "+33 1 9900####", "{number} {street}",
    (("Paris", "IDF", "750##"), ("Besançon", "BFC", "25000"), ("Lyon", "ARA", "6900#"), ("Nîmes", "OCC", "30000"),
     ("Saint-Étienne", "ARA", "42000"), ("Orléans", "CVL", "45000")),
    ("rue de la République", "avenue Émile-Zola", "rue des Écoles", "place de l'Hôtel-de-Ville", "quai Mauriac"),
    ("Hélène", "François", "Zoé", "Loïc", "Aurélie", "Rémi"),
    ("Lefèvre", "Garçon", "Dupré", "Bérenger", "Noël", "Moreau"),
    ("Cycles {last} SARL", "Maison {last}", "Atelier {first} & Fils", "Quincaillerie {last} SA",
     "Le Vélo de {city}"),
)  # fmt: skip
COUNTRIES = (NETHERLANDS, GERMANY, ITALY, BRITAIN, AMERICA, FRANCE)


def fill(rng: Random, pattern: str) -> str:
    """The pattern with a random digit for every `#` and a random capital letter for every `@`."""
    return "".join(
        str(rng.randrange(10)) if sign == "#" else rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") if sign == "@" else sign
        for sign in pattern
    )


def business(rng: Random, country: Country) -> Address:
    """A plausible business with a person to write to. Lengths keep within Open2b's limits, the tightest of the five."""
    first, last = rng.choice(country.first_names), rng.choice(country.last_names)
    city, region, postal_code = rng.choice(country.cities)
    street = rng.choice(country.streets)
    name = rng.choice(country.businesses).format(
        first=first, last=last, last2=rng.choice(country.last_names), city=city, street=street
    )
    return Address(
        first_name=first,
        last_name=last,
        company_name=name,
        company_code=fill(rng, country.company_code),
        street1=country.street.format(street=street, number=rng.randrange(1, 240)),
        street2=rng.choice(("", "", "", "Unit 4", "2nd floor", "Box 17")) if country.code in ("GB", "US") else "",
        city=city,
        postal_code=fill(rng, postal_code),
        region=region,
        country=country.code,
        phone=fill(rng, country.phone),
    )
