"""More files as other programs export them: of boards, databases, shops, forms and calendars."""

from __future__ import annotations

from integration_tests.importing.export_layouts import JORDAN, MARA, US, Layout

BOSTON, LYON = ("Boston", "US"), ("Lyon", "FR")
TOOLS = {
    "Freshsales contacts": Layout(
        object="people",
        text="Id,First name,Last name,Display name,Emails,Job title,Work,Mobile,Address,City,State,"
        "Zipcode,Country,"
        "Sales accounts,Twitter,LinkedIn,Sales owner,Created at\n"
        f"501,Mara,Quist,Mara Quist,{MARA},CTO,+14155552671,+14155552672,12 Mill Road,Boston,"
        "MA,02110,United States,"
        "Northmill,mara_q,https://www.linkedin.com/in/mara,sam@example.com,2026-01-02T03:04:05Z\n",
        written={
            MARA: {
                "name": "Mara Quist",
                "phone_numbers": ["+14155552672"],
                "primary_location": BOSTON,
                "linkedin": "https://www.linkedin.com/in/mara",
            }
        },
        left_out=frozenset({"Id", "Display name", "Work", "Sales owner", "Created at"}),
        skipped=1,
    ),
    "Copper companies": Layout(
        object="companies",
        text="Copper ID,Name,Email Domain,Street,City,State,Postal Code,Country,Phone Number,"
        "Website,Details\n"
        "11,Northmill,northmill.example.com,12 Mill Road,Boston,MA,02110,US,(415) 555-2671,"
        "https://northmill.example.com,Makes flour\n"
        "12,Tallowbrook,tallowbrook.example.com,,Lyon,,69001,FR,,,\n",
        written={
            "northmill.example.com": {"name": "Northmill", "primary_location": BOSTON},
            "tallowbrook.example.com": {"name": "Tallowbrook", "primary_location": LYON},
        },
        left_out=frozenset({"Copper ID", "Phone Number", "Website", "Details"}),
    ),
    "Close leads": Layout(
        object="companies",
        source="Close, Export leads, as public programs that read one list its columns",
        text="id,display_name,description,url,status_label,primary_contact_name,"
        "primary_contact_primary_email,"
        "primary_address_city,primary_address_state,primary_address_country,date_created,html_url\n"
        "lead_a1,Northmill,Makes flour,https://northmill.example.com,Qualified,Mara Quist,"
        f"{MARA},Boston,MA,US,"
        "2026-01-02T03:04:05,https://app.close.com/lead/lead_a1/\n",
        written={
            "northmill.example.com": {
                "name": "Northmill",
                "description": "Makes flour",
                "primary_location": BOSTON,
            }
        },
        left_out=frozenset({"id", "status_label", "primary_contact_name", "primary_contact_primary_email"})
        | {"date_created", "html_url"},
    ),
    "Capsule people": Layout(
        object="people",
        text="Type,Name,First Name,Last Name,Title,Job Title,Organisation,Address Street,City,"
        "State,Postcode,Country,"
        "Phone Number,Email Address\n"
        "Person,Mara Quist,Mara,Quist,Dr,CTO,Northmill,12 Mill Road,Boston,MA,02110,"
        "United States,+1 415 555 2671,"
        f"{MARA}\n",
        written={MARA: {"name": "Mara Quist", "job_title": "CTO", "primary_location": BOSTON}},
        left_out=frozenset({"Type", "Title"}),
        skipped=1,
    ),
    "Monday board with groups": Layout(
        object="people",
        text="Contacts\nAll our people\n\nActive\nName,Subitems,Email,Phone,Title\n"
        f"Mara Quist,,{MARA},+14155552671,CTO\n\nFormer\nName,Subitems,Email,Phone,Title\n"
        f"Jordan Leeds,,{JORDAN},,CEO\n",
        written={
            MARA: {"name": "Mara Quist", "job_title": "CTO"},
            JORDAN: {"name": "Jordan Leeds", "job_title": "CEO"},
        },
        left_out=frozenset({"Subitems"}),
    ),
    "Airtable companies": Layout(
        object="companies",
        text="Company,Website,Employees,Founded,People,Funding raised\n"
        'Northmill,https://northmill.example.com,120,2016-12-31,"Mara Quist,Dana Fell","$1,200,000.00"\n',
        written={
            "northmill.example.com": {
                "name": "Northmill",
                "foundation_date": "2016-12-31",
                "funding_raised_usd": 1200000,
            }
        },
        left_out=frozenset({"Employees", "People"}),
        encoding="utf-8-sig",
    ),
    "Mailchimp audience, whole": Layout(
        object="people",
        text="Email Address,First Name,Last Name,Address,Phone Number,MEMBER_RATING,LATITUDE,"
        "LONGITUDE,REGION,CC\n"
        f"{MARA},Mara,Quist,12 Mill Road  Boston  MA  02110  US,(415) 555-2671,2,42.3584300,"
        "-71.0597700,MA,US\n",
        written={MARA: {"name": "Mara Quist", "phone_numbers": ["+14155552671"]}},
        left_out=frozenset({"Address", "MEMBER_RATING", "CC"}),
        options=US,
    ),
    "Shopify customers": Layout(
        object="people",
        source="Shopify, Export customers, as public programs that read one list its columns",
        text="Customer ID,First Name,Last Name,Email,Default Address Company,Default Address Address1,"
        "Default Address Address2,Default Address City,Default Address Province Code,"
        "Default Address Country Code,"
        "Default Address Zip,Phone,Total Spent,Note\n"
        f"'6001,Mara,Quist,{MARA},Northmill,12 Mill Road,,Boston,MA,US,'02110,'+14155552672,"
        "1200.50,Met at fair\n",
        written={
            MARA: {
                "name": "Mara Quist",
                "phone_numbers": ["+14155552672"],
                "description": "Met at fair",
                "primary_location": BOSTON,
            }
        },
        left_out=frozenset({"Customer ID", "Default Address Company", "Default Address Address2"})
        | {"Total Spent"},
    ),
    "Typeform responses": Layout(
        object="people",
        text="#,What's your name?,What's your email address?,What's your phone number?,"
        "How many are you?,Tags\n"
        f"a1b2,Mara Quist,{MARA},+14155552671,51-200,\n",
        written={MARA: {"name": "Mara Quist", "phone_numbers": ["+14155552671"]}},
        left_out=frozenset({"#", "How many are you?", "Tags"}),
    ),
    "ZoomInfo companies": Layout(
        object="companies",
        text="ZoomInfo Company ID,Company Name,Website,Employee Range,LinkedIn Company Profile URL,"
        "Company Street Address,Company City,Company State,Company Zip Code,Company Country,Full Address\n"
        "344,Northmill,www.northmill.example.com,100 - 250,"
        "http://www.linkedin.com/company/northmill,12 Mill Road,"
        'Boston,Massachusetts,02110,United States,"12 Mill Road, Boston"\n',
        written={
            "northmill.example.com": {
                "name": "Northmill",
                "linkedin": "http://www.linkedin.com/company/northmill",
                "primary_location": BOSTON,
            }
        },
        left_out=frozenset({"ZoomInfo Company ID", "Full Address"}),
        skipped=1,
        options=("--on-unknown-option", "skip"),
    ),
}
