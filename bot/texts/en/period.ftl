# Key periods: how they are kept
duty-level-reachable = leaders within reach
duty-level-onsite = leaders at the post, round the clock
duty-level-all_hands = everyone at the post
ask-period-level = How is it to be kept?
ask-period-level-name = Duty level
ask-period-reports = By which times of day does each post report that all is well (zero report)? If it need not, tap "Skip". (Or type: 9:00, 15:00)
ask-period-reports-name = Zero report
ask-period-area = Where? (You can type a town)
ask-period-area-name = Area
period-everywhere = the whole county
period-level = Choose one of the duty levels.
period-reports = I did not understand the time "{ $said }". Write 15:00, or 9:00, 15:00.
period-reports-many = At most { $most } zero reports a day.
roster-level = Kept as: { $level }
roster-reports = Zero report every day by { $times }
