"""Names that columns have in other languages than English, as slugs; pure.

They are always proposed, never taken for certain. German, French, Dutch, Spanish, Italian, Portuguese,
Swedish and Danish, as spreadsheets and address books of those languages write them.
"""

from __future__ import annotations

from typing import Final

_FIRM: Final = (
    "firma",
    "firmenname",
    "unternehmen",
    "societe",
    "entreprise",
    "raison_sociale",
    "bedrijf",
    "bedrijfsnaam",
    "empresa",
    "razon_social",
    "azienda",
    "societa",
    "foretag",
    "virksomhed",
    "virksomhedsnavn",
)
_NAME: Final = (
    "nom",
    "naam",
    "nombre",
    "nome",
    "namn",
    "navn",
    "nom_complet",
    "volledige_naam",
    "nombre_completo",
)
_DESCRIPTION: Final = (
    "beschreibung",
    "omschrijving",
    "descripcion",
    "descrizione",
    "descricao",
    "beskrivning",
)
ABROAD: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "companies": {
        "domains": (
            "webseite",
            "webadresse",
            "internetadresse",
            "internet",
            "site_web",
            "site_internet",
            "sitio_web",
            "pagina_web",
            "sito_web",
            "hemsida",
            "hjemmeside",
        ),
        "name": (*_FIRM, *_NAME),
        "description": _DESCRIPTION,
        "foundation_date": (
            "grundung",
            "gegrundet",
            "grundungsdatum",
            "date_de_creation",
            "date_creation",
            "opgericht",
            "fondation",
        ),
        "primary_location": ("land", "pays", "pais", "paese"),
    },
    "people": {
        "email_addresses": (
            "e_mail_adresse",
            "email_adresse",
            "mail_adresse",
            "adresse_e_mail",
            "adresse_email",
            "adresse_mail",
            "courriel",
            "e_mailadres",
            "emailadres",
            "correo_electronico",
            "correo",
            "indirizzo_e_mail",
            "indirizzo_email",
            "e_post",
            "e_postadress",
        ),
        "phone_numbers": (
            "telefon",
            "telefonnummer",
            "telephon",
            "rufnummer",
            "mobil",
            "mobiltelefon",
            "mobilnummer",
            "handy",
            "handynummer",
            "durchwahl",
            "telephone_portable",
            "portable",
            "telefoon",
            "telefoonnummer",
            "mobiel",
            "mobiele_telefoon",
            "telefono",
            "movil",
            "celular",
            "cellulare",
            "telefone",
            "telemovel",
        ),
        "name": _NAME,
        "job_title": (
            "berufsbezeichnung",
            "funktion",
            "fonction",
            "poste",
            "functie",
            "functietitel",
            "cargo",
            "puesto",
            "ruolo",
            "befattning",
            "stilling",
        ),
        "company": _FIRM,
        "description": (*_DESCRIPTION, "notizen", "notiz", "bemerkungen", "notas"),
        "primary_location": ("land", "pays", "pais", "paese"),
    },
    "deals": {
        "value": ("betrag", "montant", "bedrag", "importe", "importo"),
        "stage": ("phase", "etape", "fase", "etapa"),
        "associated_company": _FIRM,
    },
}
"""Synonyms by object and attribute, as `synonyms.SYNONYMS` has them in English."""
PARTS_ABROAD: Final[dict[str, dict[str, str]]] = {
    "personal-name": {
        **dict.fromkeys(
            ("vorname", "prenom", "voornaam", "nombre", "nome", "fornamn", "fornavn", "nombres"), "first_name"
        ),
        **dict.fromkeys(
            ("nachname", "familienname", "nom", "nom_de_famille", "achternaam", "apellido", "apellidos"),
            "last_name",
        ),
        **dict.fromkeys(("cognome", "sobrenome", "apelido", "efternamn", "efternavn"), "last_name"),
    },
    "location": {
        **dict.fromkeys(
            ("strasse", "adresse", "anschrift", "rue", "straat", "calle", "via", "indirizzo"), "line_1"
        ),
        **dict.fromkeys(("rua", "direccion", "endereco", "gata", "gade", "vej"), "line_1"),
        **dict.fromkeys(
            ("ort", "stadt", "ville", "plaats", "woonplaats", "stad", "ciudad", "citta"), "locality"
        ),
        **dict.fromkeys(("cidade", "by", "postort"), "locality"),
        **dict.fromkeys(
            ("bundesland", "provincie", "provincia", "comunidad", "estado", "departement"), "region"
        ),
        **dict.fromkeys(
            ("plz", "postleitzahl", "code_postal", "postcode", "codigo_postal", "cap"), "postcode"
        ),
        **dict.fromkeys(("cep", "postnummer"), "postcode"),
        **dict.fromkeys(("land", "pays", "pais", "paese", "land_region"), "country_code"),
    },
}
"""Names of parts by the type of attribute, and the member that each holds."""
