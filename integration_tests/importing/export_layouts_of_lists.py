"""Exports of address books, mailing lists, shops, events and lead databases, each with its public source."""

from __future__ import annotations

from integration_tests.importing.export_layouts import MARA, US, Layout
from integration_tests.importing.export_layouts_seen import BOSTON, exported

READ = "as public programs that read one have its header in their tests"
MILL = "northmill.example.com"
PERSON = {"First Name": "Mara", "Last Name": "Quist"}

LISTS = {
    "Outlook.com contacts": Layout(
        object="people",
        source="michalbe/csv2vcard: README.md",
        text=exported(
            "Title,First Name,Middle Name,Last Name,Suffix,Given Name Yomi,Family Name Yomi,Home Street,"
            "Home City,Home State,Home Postal Code,Home Country,Company,Department,Job Title,Office Location,"
            "Business Street,Business City,Business State,Business Postal Code,Business Country,Other Street,"
            "Other City,Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,"
            "Company Main Phone,Home Fax,Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,Other Phone,"
            "Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Anniversary,Birthday,E-mail Address,"
            "E-mail Type,E-mail 2 Address,E-mail 2 Type,E-mail 3 Address,E-mail 3 Type,Notes,Spouse,Web Page",
            PERSON
            | {
                "Title": "Ms.",
                "Job Title": "CTO",
                "Business Street": "12 Mill Road",
                "Business City": "Boston",
                "Business Country": "United States",
                "Home City": "Lyon",
                "Home Country": "France",
                "Business Phone": "(415) 555-2671",
                "Mobile Phone": "(415) 555-2672",
                "Business Fax": "(415) 555-2673",
                "E-mail Address": MARA,
                "E-mail Type": "SMTP",
                "E-mail 2 Address": "mara@example.com",
                "Notes": "Met at a fair",
                "Web Page": f"https://{MILL}",
            },
        ),
        written={
            MARA: {
                "name": "Mara Quist",
                "job_title": "CTO",
                "email_addresses": [MARA, "mara@example.com"],
                "phone_numbers": ["+14155552672", "+14155552671"],
                "primary_location": BOSTON,
                "description": "Met at a fair",
            }
        },
        goes=frozenset({"First Name", "Last Name", "Company", "Job Title"})
        | {"E-mail Address", "E-mail 2 Address"}
        | {"Business Street", "Business City", "Business Country", "Business Phone", "Mobile Phone", "Notes"},
        options=US,
    ),
    "Eventbrite attendees": Layout(
        object="people",
        source="rherardi/eb2ez: README.md",
        text=exported(
            "Order #,Order Date,First Name,Last Name,Email,Quantity,Price Tier,Ticket Type,Attendee #,Group,"
            "Order Type,Currency,Total Paid,Fees Paid,Eventbrite Fees,Eventbrite Payment Processing,"
            "Attendee Status,Home Address 1,Home Address 2,Home City,Home State,Home Zip,Home Country,"
            "How did you hear about this event?,Job Title,Company",
            PERSON
            | {
                "Order #": "11211912243",
                "Order Date": "11/29/24 22:28",
                "Email": MARA,
                "Home Address 1": "12 Mill Road",
                "Home City": "Boston",
                "Home Country": "US",
                "Job Title": "CTO",
            },
        ),
        written={MARA: {"name": "Mara Quist", "job_title": "CTO", "primary_location": BOSTON}},
        goes=frozenset({"First Name", "Last Name", "Email", "Job Title", "Company"})
        | {f"Home {one}" for one in ("Address 1", "City", "Country")},
    ),
    "Mailchimp audience": Layout(
        object="people",
        source="buren/honey_format: the CSV of its tests",
        text=exported(
            '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,'
            "CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES",
            PERSON
            | {
                "Email Address": MARA,
                "MEMBER_RATING": "2",
                "CONFIRM_TIME": "2015-03-16 14:40:47",
                "TIMEZONE": "America/New_York",
                "CC": "US",
                "LEID": "55331253",
                "NOTES": "Met at a fair",
            },
        ),
        written={MARA: {"name": "Mara Quist", "description": "Met at a fair"}},
        goes=frozenset({"Email Address", "First Name", "Last Name", "NOTES"})
        | {"LATITUDE", "LONGITUDE", "REGION"},
    ),
    "Stripe customers": Layout(
        object="people",
        source=f"Stripe's Dashboard, Export customers, {READ}",
        text=exported(
            "id,Description,Email,Name,Created (UTC),Delinquent,Plan,Status,Total Spend,Payment Count,"
            "Refunded Volume,Dispute Losses,tag (metadata)",
            {
                "id": "cus_1",
                "Email": MARA,
                "Name": "Mara Quist",
                "Created (UTC)": "2026-01-02 03:04",
                "Delinquent": "false",
                "Total Spend": "1200.50",
            },
        ),
        written={MARA: {"name": "Mara Quist"}},
        goes=frozenset({"Email", "Name", "Description"}),
    ),
    "Crunchbase companies": Layout(
        object="companies",
        source=f"Crunchbase Pro, Export to CSV, {READ}",
        text=exported(
            "Organization Name,Organization Name URL,Industries,Headquarters Location,Description,"
            "CB Rank (Company),Founded Date,Founded Date Precision,Operating Status,Website,Twitter,Facebook,"
            "LinkedIn,Actively Hiring,Full Description,Phone Number,Contact Email,Number of Employees,"
            "Founders,Total Funding Amount,Total Funding Amount (in USD)",
            {
                "Organization Name": "Northmill",
                "Organization Name URL": "https://www.crunchbase.com/organization/northmill",
                "Headquarters Location": "Boston, Massachusetts, United States",
                "Description": "Makes flour",
                "CB Rank (Company)": "12,345",
                "Founded Date": "2016-12-31",
                "Website": f"https://www.{MILL}",
                "Twitter": "https://twitter.com/northmill",
                "LinkedIn": "https://www.linkedin.com/company/northmill",
            },
        ),
        written={
            MILL: {
                "name": "Northmill",
                "description": "Makes flour",
                "foundation_date": "2016-12-31",
                "linkedin": "https://www.linkedin.com/company/northmill",
                "twitter": "https://twitter.com/northmill",
            }
        },
        goes=frozenset({"Organization Name", "Description", "Founded Date", "Website", "Twitter"})
        | {"LinkedIn", "Facebook"},
    ),
    "Apollo accounts": Layout(
        object="companies",
        source=f"Apollo, Export accounts, {READ}",
        text=exported(
            "Company Name,Company Name for Emails,# Employees,Industry,Website,Company Linkedin Url,"
            "Company Country,Keywords,Apollo Record Id,Short Description,Founded Year,"
            "Subsidiary of (Organization ID)",
            {
                "Company Name": "Northmill",
                "Company Name for Emails": "Northmill",
                "# Employees": "120",
                "Website": f"https://{MILL}",
                "Company Linkedin Url": "http://www.linkedin.com/company/northmill",
                "Company Country": "United States",
                "Short Description": "Makes flour",
                "Founded Year": "2016",
            },
        ),
        written={
            MILL: {
                "name": "Northmill",
                "description": "Makes flour",
                "foundation_date": "2016-01-01",
                "primary_location": (None, "US"),
            }
        },
        left_out=frozenset({"Company Name for Emails", "# Employees", "Industry", "Keywords"})
        | {"Apollo Record Id", "Subsidiary of (Organization ID)"},
    ),
    "LinkedIn Sales Navigator, by PhantomBuster": Layout(
        object="people",
        source=f"PhantomBuster's Sales Navigator Search Export, {READ}",
        text=exported(
            "profileUrl,fullName,firstName,lastName,companyName,title,companyId,companyUrl,regularCompanyUrl,"
            "summary,titleDescription,industry,companyLocation,location,durationInRole,durationInCompany,"
            "pastExperienceCompanyName,connectionDegree,profileImageUrl,name,vmid,linkedInProfileUrl,"
            "isPremium,query,timestamp,defaultProfileUrl,email",
            {
                "profileUrl": "https://www.linkedin.com/sales/lead/ACw,NAME_SEARCH",
                "fullName": "Mara Quist",
                "firstName": "Mara",
                "lastName": "Quist",
                "name": "Mara Quist",
                "title": "CTO",
                "companyUrl": "https://www.linkedin.com/sales/company/9",
                "summary": "Builds mills",
                "companyLocation": "Bremen, Germany",
                "location": "Boston, Massachusetts, United States",
                "linkedInProfileUrl": "https://www.linkedin.com/in/ACw/",
                "email": MARA,
            },
        ),
        written={
            MARA: {
                "name": "Mara Quist",
                "job_title": "CTO",
                "description": "Builds mills",
                "linkedin": "https://www.linkedin.com/in/ACw/",
            }
        },
        goes=frozenset({"firstName", "lastName", "name", "title", "summary", "linkedInProfileUrl", "email"}),
    ),
}
