"""Shows plans, reports and runs to people: tables on the terminal, the plan page, wording."""
