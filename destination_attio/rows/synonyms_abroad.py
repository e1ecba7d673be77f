"""Names that columns have in other languages than English, as slugs; pure.

They are always proposed, never taken for certain. German, French, Dutch, Spanish, Italian, Portuguese,
Swedish, Danish and Japanese, as spreadsheets and address books of those languages write them.
"""

from __future__ import annotations

from typing import Final

from destination_attio.rows.slugs import slugged

_JAPANESE: Final[dict[str, tuple[str, ...]]] = {
    "firm": ("会社名", "会社", "企業名", "法人名", "社名"),
    "site": ("Webサイト", "ウェブサイト", "ホームページ"),
    "mail": ("メールアドレス", "メール", "Eメール", "電子メール"),
    "phone": ("電話番号", "電話", "携帯電話", "携帯電話番号", "携帯番号", "携帯"),
    "name": ("氏名", "名前", "お名前", "姓名"),
    "job": ("役職", "役職名", "肩書"),
    "notes": ("メモ", "備考"),
}
"""Names by what they mean; `slugged` takes the marks of voiced syllables off, as it does from headers."""
_IN_JAPANESE: Final = {what: tuple(map(slugged, names)) for what, names in _JAPANESE.items()}
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
    *_IN_JAPANESE["firm"],
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
            *_IN_JAPANESE["site"],
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
            *_IN_JAPANESE["mail"],
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
            *_IN_JAPANESE["phone"],
        ),
        "name": (*_NAME, *_IN_JAPANESE["name"]),
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
            *_IN_JAPANESE["job"],
        ),
        "company": _FIRM,
        "description": (*_DESCRIPTION, "notizen", "notiz", "bemerkungen", "notas", *_IN_JAPANESE["notes"]),
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
        "姓": "last_name",
        "名": "first_name",
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
        **dict.fromkeys(("住所", "番地"), "line_1"),
        "建物名": "line_2",
        "市区町村": "locality",
        "都道府県": "region",
        "郵便番号": "postcode",
        "国": "country_code",
    },
}
"""Names of parts by the type of attribute, and the member that each holds."""
