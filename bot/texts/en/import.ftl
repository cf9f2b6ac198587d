# shared by all imports
import-row = row { $row }: { $fault }
import-errors =
    { $count } faults; not a single row was imported:
    { $errors }
import-columns = These columns are missing: { $columns }
import-empty = The table holds nothing.
import-area-blank = code or name is missing
import-area-level = the level must be county, town, village or grid ({ $value })
import-area-twice = the code { $value } stands there twice
import-area-parent = the parent of { $value } does not stand above it, or its code does not begin with the parent's
import-one-county = There must be exactly one county; the table has { $count }.

# people
people-no-name = no name
people-name = a name consists of letters: { $value }
people-long = "{ $column }" must not exceed { $most } characters
people-no-phone = no phone number
people-phone = wrong phone number: { $value } (a mobile has 11 digits; in a spreadsheet, make the column text)
people-two-sheets = Several sheets look like a table of people: { $sheets }. Please leave one.
people-phone-twice = the phone number { $phone } belongs to { $name } in row { $row }
people-no-role = no role
unknown-role = there is no role "{ $role }"
people-role-needs-area = a town or village is needed for: { $role }
people-role-needs-town = a town (not a village) is needed for: { $role }
people-role-needs-unit = a unit is needed for: { $role }
people-role-needs-sector = { $role } needs a sector
people-sector = There is no sector "{ $value }"
people-area-unknown = there is no town or village "{ $value }"
people-area-near = there is no town or village "{ $value }" (did you mean "{ $near }"?)
people-area-which = there is more than one "{ $value }"; write it in full: { $choices }
people-lang = the language must be 中文 or English ({ $value })
people-formula = "{ $column }" is a formula whose result the file does not hold; put in the value

# reading a file
sheet-empty = The file is empty.
sheet-old-xls = This is an old .xls file. Save it as .xlsx and try again.
sheet-encrypted = The file has a password. Take it off and try again.
sheet-not-readable = The file cannot be opened, or is not a table. Use .xlsx or .csv.
sheet-too-many-rows = Too many rows: at most { $most }.

# criteria for major hazards
criterion-blank = { $column } is missing
criterion-long = the text must not exceed { $most } characters
criterion-number = { $column } is not right ({ $value })
criterion-sector = there is no trade "{ $value }"
criterion-day = wrong date ({ $value }); write it like 2026-07-01
criterion-ends-early = the last day { $value } is before the first
criterion-twice = this version of { $code } stands already in row { $row }
criterion-overlap = The older version of { $code } does not end before the newer begins; no row was imported.
criterion-unknown = There is no such criterion.
