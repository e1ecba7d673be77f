"""Names that exports of other programs give to the attributes of Attio's standard objects; pure.

A synonym belongs to one object: `title` is a person's job and a deal's name, and nothing of a company.
"""

from __future__ import annotations

from typing import Final

_COMPANY: Final = (
    "company_name",
    "company",
    "organisation",
    "organization",
    "organization_name",
    "organisation_name",
    "account_name",
    "account",
    "employer",
    "associated_company",
    "company_account",
    "primary_company",
    "organization_1_name",
    "primary_organization",
    "current_company",
    "accounts",
)
SYNONYMS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "companies": {
        "domains": (
            "domain",
            "company_domain_name",
            "company_domain",
            "domain_name",
            "website",
            "web_site",
            "website_url",
            "homepage",
            "homepage_url",
            "company_website",
            "company_url",
            "web_page",
            "web_pages",
            "url",
        ),
        "name": (*_COMPANY, "full_name", "title", "display_name", "lead_name"),
        "description": (
            "about",
            "about_us",
            "summary",
            "short_description",
            "company_description",
            "notes",
            "bio",
        ),
        "primary_location": (
            "location",
            "address",
            "country",
            "country_code",
            "alpha_two_code",
            "headquarters",
        ),
        "linkedin": ("linkedin_url", "linkedin_company_page", "company_linkedin_url", "linkedin_profile"),
        "twitter": ("twitter_url", "twitter_handle", "twitter_username"),
        "facebook": ("facebook_url", "facebook_company_page", "facebook_page"),
        "foundation_date": ("founded", "founded_date", "founded_on", "year_founded", "founding_date"),
        "logo_url": ("logo", "logo_image_url"),
    },
    "people": {
        "email_addresses": (
            "email",
            "e_mail",
            "mail",
            "email_address",
            "e_mail_address",
            "emails",
            "email_id",
        ),
        "phone_numbers": (
            "phone",
            "telephone",
            "phone_number",
            "mobile",
            "mobile_phone",
            "mobile_phone_number",
            "mobile_number",
            "cell",
            "cell_phone",
            "tel",
            "telephone_number",
            "cellphone",
            "phone_mobile",
            "phone_cell",
        ),
        "name": (
            "full_name",
            "contact_name",
            "person_name",
            "display_name",
            "contact",
            "person",
            "lead_name",
        ),
        "job_title": (
            "title",
            "role",
            "position",
            "job",
            "job_position",
            "designation",
            "organization_1_title",
            "organization_title",
            "primary_job_title",
            "current_title",
        ),
        "company": _COMPANY,
        "primary_location": ("location", "address", "country", "country_code", "country_region"),
        "description": ("about", "bio", "summary", "notes"),
        "linkedin": (
            "linkedin_url",
            "linkedin_profile",
            "linkedin_profile_url",
            "person_linkedin_url",
            "linkedin_contact_profile_url",
            "profile_url",
        ),
        "twitter": ("twitter_url", "twitter_handle", "twitter_username"),
    },
    "deals": {
        "name": ("deal_name", "deal_title", "title", "opportunity_name", "opportunity"),
        "stage": ("stage", "status", "pipeline_stage"),
        "value": ("amount", "deal_amount", "opportunity_amount", "revenue"),
        "owner": ("owner", "opportunity_owner", "deal_owner", "account_owner", "owner_email", "owner_id"),
        "associated_company": _COMPANY,
        "associated_people": (
            "contact",
            "contacts",
            "contact_person",
            "contact_email",
            "primary_contact",
            "associated_contact",
        ),
    },
    "users": {
        "primary_email_address": ("email", "e_mail", "email_address", "mail"),
        "person": ("contact", "person_email"),
    },
}
"""Synonyms by object and attribute, the likeliest first."""
PLACES: Final = (
    "mailing",
    "billing",
    "primary",
    "work",
    "business",
    "office",
    "geschaftlich",
    "person",
    "contact",
    "company",
    "address_1",
    "home",
    "privat",
    "shipping",
    "other",
)
"""Words beside the parts of an address where a program keeps several addresses, the likeliest first."""
PARTS: Final[dict[str, dict[str, str]]] = {
    "location": {
        "street_address": "line_1",
        "address_line_1": "line_1",
        "street_2": "line_2",
        "address_line_2": "line_2",
        "state_province": "region",
        "state_region": "region",
        "zipcode": "postcode",
        "zip_postal_code": "postcode",
        "country_region": "country_code",
    }
}
"""Names that programs give to parts of values, beside those of the type itself, by type of attribute."""
OWN_PREFIXES: Final[dict[str, tuple[str, ...]]] = {
    "people": ("person_", "contact_"),
    "companies": ("company_", "organization_", "organisation_", "account_"),
    "deals": ("deal_", "opportunity_"),
}
"""What some programs write before the name of each column, as in `Person - Email`, by object."""
LABELS: Final = frozenset(
    {
        "work",
        "home",
        "other",
        "business",
        "office",
        "primary",
        "secondary",
        "tertiary",
        "second",
        "third",
        "personal",
        "private",
        "direct",
        "alternate",
        "alternative",
        "additional",
        "main",
        "value",
        "geschaftlich",
        "dienstlich",
        "privat",
        "zakelijk",
    }
)
"""Words beside the name of one of several addresses or numbers, as in `Work Email` and `Phone 2 - Value`."""
PROFILES: Final = frozenset(
    {
        "linkedin.com",
        "crunchbase.com",
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "github.com",
        "angel.co",
        "wellfound.com",
        "youtube.com",
        "google.com",
        "gstatic.com",
        "clearbit.com",
        "cloudfront.net",
        "cloudinary.com",
    }
)
"""Hosts where many companies have a page or a picture, so that a link there gives no company's domain."""
