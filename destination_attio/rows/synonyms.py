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
)
SYNONYMS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "companies": {
        "domains": (
            "domain",
            "website",
            "web_site",
            "website_url",
            "homepage",
            "homepage_url",
            "company_domain",
            "company_domain_name",
            "company_website",
            "company_url",
            "domain_name",
            "web_page",
            "web_pages",
            "url",
        ),
        "name": (*_COMPANY, "full_name", "title", "organization_name_url"),
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
            "work_email",
            "primary_email",
            "person_email",
            "email_work",
            "e_mail_1_value",
            "email_1",
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
            "work_phone",
            "business_phone",
            "phone_work",
            "person_phone",
            "phone_1_value",
            "primary_phone",
        ),
        "name": ("full_name", "contact_name", "person_name", "display_name", "contact", "person"),
        "job_title": (
            "title",
            "role",
            "position",
            "job",
            "job_position",
            "designation",
            "organization_1_title",
            "organization_title",
        ),
        "company": _COMPANY,
        "primary_location": ("location", "address", "country", "country_code", "country_region"),
        "description": ("about", "bio", "summary", "notes"),
        "linkedin": ("linkedin_url", "linkedin_profile", "person_linkedin_url", "profile_url"),
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
    "home",
    "work",
    "business",
    "office",
    "company",
    "shipping",
    "other",
)
"""Prefixes of the parts of an address where a program keeps several addresses, the likeliest first."""
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
