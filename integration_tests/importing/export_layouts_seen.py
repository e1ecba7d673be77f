"""Exports whose headers were read in public files, each with the place; the rows are invented."""

from __future__ import annotations

import csv
import io

from integration_tests.importing.export_layouts import JORDAN, MARA, US, Layout

BOSTON = ("Boston", "US")


def exported(header: str, *rows: dict[str, str]) -> str:
    """The text of a file with this header, and with rows that have a few of its cells."""
    text = io.StringIO()
    writer = csv.DictWriter(text, next(csv.reader([header])), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


SEEN = {
    "Attio companies": Layout(
        object="companies",
        source="Attio's export of a view, as programs that read one list its columns",
        text=exported(
            "Record ID,Record,Domains,Description,Categories,Primary location > Country,LinkedIn,Twitter,"
            "Twitter follower count,Foundation date,Employee range,Estimated ARR,Funding raised,"
            "Connection strength,Last interaction > When,Created at",
            {
                "Record": "Northmill",
                "Domains": "northmill.example.com, northmill.example.org",
                "Primary location > Country": "United States",
                "Twitter follower count": "1,204",
                "Foundation date": "2016-12-31",
                "Last interaction > When": "2026-01-02T03:04:05.000000000Z",
            },
        ),
        written={"northmill.example.com": {"name": "Northmill", "primary_location": (None, "US")}},
        left_out=frozenset({"Record ID", "Twitter follower count", "Connection strength", "Created at"})
        | {"Last interaction > When"},
    ),
    "Attio list of people": Layout(
        object="people",
        source="Attio's export of a list, as programs that read one list its columns",
        text=exported(
            "Entry ID,Record ID,Record,Priority ,Company name,Parent Record > Email addresses,"
            "Parent Record > Phone numbers,Parent Record > Description,"
            "Parent Record > Primary location > Country,Parent Record > Primary location > City,"
            "Parent Record > Job title,Payment ",
            {
                "Record": "Mara Quist",
                "Priority ": "HOT",
                "Parent Record > Email addresses": MARA,
                "Parent Record > Primary location > Country": "Germany",
                "Parent Record > Primary location > City": "Bremen",
                "Parent Record > Job title": "CTO",
            },
        ),
        written={MARA: {"name": "Mara Quist", "job_title": "CTO", "primary_location": ("Bremen", "DE")}},
        goes=frozenset({"Record", "Parent Record > Email addresses", "Parent Record > Job title"})
        | {f"Parent Record > Primary location > {one}" for one in ("Country", "City")},
    ),
    "Salesforce Data Loader, contacts": Layout(
        object="people",
        source="Salesforce's Data Loader: the names of the fields of Contact, in capitals",
        text=exported(
            "ID,ACCOUNTID,LASTNAME,FIRSTNAME,SALUTATION,NAME,MAILINGSTREET,MAILINGCITY,MAILINGSTATE,"
            "MAILINGPOSTALCODE,MAILINGCOUNTRY,PHONE,FAX,MOBILEPHONE,EMAIL,TITLE,DEPARTMENT,CREATEDDATE",
            {
                "ID": "0035000000XyZ1AAQ",
                "LASTNAME": "de Souza",
                "FIRSTNAME": "Maria Clara",
                "NAME": "Maria Clara de Souza",
                "MAILINGSTREET": "12 Mill Road",
                "MAILINGCITY": "Boston",
                "MAILINGCOUNTRY": "USA",
                "PHONE": "(415) 555-2671",
                "FAX": "(415) 555-2672",
                "MOBILEPHONE": "(415) 555-2673",
                "EMAIL": MARA,
                "TITLE": "CTO",
            },
        ),
        written={
            MARA: {
                "name": "Maria Clara de Souza",
                "job_title": "CTO",
                "primary_location": BOSTON,
                "phone_numbers": ["+14155552671", "+14155552673"],
            }
        },
        goes=frozenset({"LASTNAME", "FIRSTNAME", "NAME", "MAILINGSTREET", "MAILINGCITY"})
        | {"MAILINGCOUNTRY", "PHONE", "MOBILEPHONE", "EMAIL", "TITLE"},
        options=US,
    ),
    "Dynamics 365 contacts": Layout(
        object="people",
        source="Dynamics 365 Sales, Export to Excel: display names of the columns of Contact",
        text=exported(
            "(Do Not Modify) Contact,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Full Name,"
            "First Name,Last Name,Job Title,Company Name,Email,Business Phone,Mobile Phone,"
            "Address 1: Street 1,Address 1: City,Address 1: ZIP/Postal Code,Address 1: Country/Region",
            {
                "(Do Not Modify) Contact": "49bf3579-0e19-402a-a162-9d3953d6a750",
                "Full Name": "Mara Quist",
                "First Name": "Mara",
                "Last Name": "Quist",
                "Email": MARA,
                "Business Phone": "425-555-0100",
                "Address 1: Street 1": "12 Mill Road",
                "Address 1: City": "Boston",
                "Address 1: Country/Region": "U.S.",
            },
        ),
        written={
            MARA: {
                "name": "Mara Quist",
                "phone_numbers": ["+14255550100"],
                "primary_location": BOSTON,
            }
        },
        goes=frozenset({"Full Name", "First Name", "Last Name", "Job Title", "Email", "Business Phone"})
        | {"Address 1: Street 1", "Address 1: City", "Address 1: Country/Region"},
        options=US,
    ),
    "Apollo people": Layout(
        object="people",
        source="devpatelio/pyr: files/apollo-contacts-export.csv",
        text=exported(
            "First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,Email Confidence,"
            "Seniority,Departments,Contact Owner,First Phone,Work Direct Phone,Home Phone,Mobile Phone,"
            "Corporate Phone,Other Phone,Stage,Lists,Last Contacted,Account Owner,# Employees,Industry,"
            "Keywords,Person Linkedin Url,Website,Company Linkedin Url,Facebook Url,Twitter Url,City,State,"
            "Country,Company Address,Company City,Company State,Company Country,Company Phone",
            {
                "First Name": "Mara",
                "Last Name": "Quist",
                "Title": "CTO",
                "Company": "Northmill",
                "Email": MARA,
                "First Phone": "'+1 415-555-2671",
                "Mobile Phone": "'+1 415-555-2672",
                "Corporate Phone": "'+1 415-555-2671",
                "Person Linkedin Url": "http://www.linkedin.com/in/mara",
                "Website": "http://www.northmill.example.com",
                "Company Linkedin Url": "http://www.linkedin.com/company/northmill",
                "Twitter Url": "http://twitter.com/northmill",
                "City": "Boston",
                "Country": "United States",
                "Company City": "Chicago",
                "Company Country": "United States",
            },
        ),
        written={
            MARA: {
                "name": "Mara Quist",
                "job_title": "CTO",
                "phone_numbers": ["+14155552672"],
                "primary_location": BOSTON,
                "linkedin": "http://www.linkedin.com/in/mara",
            }
        },
        goes=frozenset({"First Name", "Last Name", "Title", "Company", "Email", "Mobile Phone", "City"})
        | {"State", "Country", "Person Linkedin Url"},
        skipped=1,
    ),
    "Google contacts": Layout(
        object="people",
        source="Google Contacts, Google CSV of 2010 to 2024, as programs that make one write it",
        text=exported(
            "Name,Given Name,Additional Name,Family Name,Yomi Name,Name Prefix,Name Suffix,Nickname,Birthday,"
            "Location,Occupation,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,"
            "Phone 1 - Value,Address 1 - Type,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
            "Address 1 - Country,Address 1 - Extended Address,Organization 1 - Name,Organization 1 - Title,"
            "Organization 1 - Location,Website 1 - Value",
            {
                "Name": "Maria Clara de Souza",
                "Given Name": "Maria Clara",
                "Family Name": "de Souza",
                "Group Membership": "* myContacts",
                "E-mail 1 - Type": "* Work",
                "E-mail 1 - Value": MARA,
                "Phone 1 - Value": "+1 415 555 2671 ::: +1 415 555 2672",
                "Address 1 - Formatted": "12 Mill Road\nBoston\nUS",
                "Address 1 - Street": "12 Mill Road",
                "Address 1 - City": "Boston",
                "Address 1 - Country": "US",
                "Address 1 - Extended Address": "Suite 4",
                "Organization 1 - Title": "CTO",
                "Website 1 - Value": "https://northmill.example.com/mara",
            },
            {"Name": "Jordan Leeds", "E-mail 1 - Value": JORDAN},
        ),
        written={
            MARA: {
                "name": "Maria Clara de Souza",
                "job_title": "CTO",
                "phone_numbers": ["+14155552671", "+14155552672"],
                "primary_location": BOSTON,
            },
            JORDAN: {"name": "Jordan Leeds"},
        },
        goes=frozenset({"Name", "Given Name", "Family Name", "E-mail 1 - Value", "Phone 1 - Value"})
        | {f"Address 1 - {one}" for one in ("Street", "City", "Country", "Extended Address")}
        | {"Organization 1 - Title"},
    ),
    "Luma guests": Layout(
        object="people",
        source="Luma, Download guests as CSV, as programs that read one list its columns",
        text=exported(
            "api_id,name,first_name,last_name,email,phone_number,created_at,approval_status,checked_in_at,"
            "custom_source,qr_code_url,amount,currency,coupon_code,eth_address,ticket_type_id,ticket_name,"
            "What's your company?,What's your role?,What's your LinkedIn?",
            {
                "api_id": "gst-1",
                "name": "Mara Quist",
                "first_name": "Mara",
                "last_name": "Quist",
                "email": MARA,
                "qr_code_url": "https://lu.ma/check-in/e",
                "What's your role?": "CTO",
                "What's your LinkedIn?": "https://linkedin.com/in/mara",
            },
        ),
        written={
            MARA: {"name": "Mara Quist", "job_title": "CTO", "linkedin": "https://linkedin.com/in/mara"}
        },
        goes=frozenset({"name", "first_name", "last_name", "email", "phone_number"})
        | {"What's your role?", "What's your LinkedIn?"},
        encoding="utf-8-sig",
    ),
    "Pipedrive organizations with addresses": Layout(
        object="companies",
        source="Pipedrive's sample spreadsheet with the names of all fields (kb-cms.pipedriveassets.com)",
        text=exported(
            "Organization - Name,Organization - Labels,Organization - Address,"
            "Organization - City/town/village/locality of Address,Organization - State/county of Address,"
            "Organization - Country of Address,Organization - ZIP/Postal code of Address,"
            "Organization - Website,Organization - Owner",
            {
                "Organization - Name": "Northmill",
                "Organization - Address": "12 Mill Road, Boston",
                "Organization - City/town/village/locality of Address": "Boston",
                "Organization - Country of Address": "United States",
                "Organization - Website": "https://northmill.example.com",
            },
        ),
        written={"northmill.example.com": {"name": "Northmill", "primary_location": BOSTON}},
        goes=frozenset({"Organization - Name", "Organization - Website"})
        | {"Organization - City/town/village/locality of Address", "Organization - Country of Address"},
    ),
    "Calendly events": Layout(
        object="people",
        source="Calendly, Export of scheduled events, as a program that reads one lists its columns",
        text=exported(
            "User Name,Team,Invitee Name,Invitee First Name,Invitee Last Name,Invitee Email,"
            "Invitee Time Zone,Invitee accepted marketing emails,Text Reminder Number,Event Type Name,"
            "Start Date & Time,End Date & Time,Location,Canceled,Guest Email(s)",
            {
                "User Name": "Sam",
                "Invitee Name": "Mara Quist",
                "Invitee First Name": "Mara",
                "Invitee Last Name": "Quist",
                "Invitee Email": MARA,
                "Location": "Zoom",
                "Guest Email(s)": JORDAN,
            },
        ),
        written={MARA: {"name": "Mara Quist"}},
        goes=frozenset({"Invitee First Name", "Invitee Last Name", "Invitee Email"}),
    ),
}
