### Moments, lengths of time and sizes, as they are put into other messages.

## How long something lasts or is to wait, exactly

span-short = less than a minute
span-minutes = { $minutes } min
span-hours = { $hours } h
span-hours-minutes = { $hours } h { $minutes } min
span-days =
    { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
span-days-hours =
    { $days ->
        [one] { $days } day { $hours } h
       *[other] { $days } days { $hours } h
    }

## How long something is kept, roughly

period-hours =
    { $hours ->
        [one] { $hours } hour
       *[other] { $hours } hours
    }
period-days =
    { $days ->
        [one] { $days } day
       *[other] { $days } days
    }

## Moments

day-of-year = { $day-of-month } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
date = { day-of-year } { $year }
# In a zone that is known without being said.
date-clock = { date }, { $hour }:{ $minute }
date-time = { date-clock } UTC

# In lists, where there is little room.
date-short = { $day-of-month } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    } { $year }
date-time-short = { date-short }, { $hour }:{ $minute } UTC
date-time-exact = { date-short }, { $hour }:{ $minute }:{ $second } UTC

## How much room something takes

size-kilobytes = { $whole } KB
size-megabytes = { $whole } MB
size-megabytes-tenths = { $whole }.{ $tenth } MB
size-gigabytes = { $whole } GB
size-gigabytes-tenths = { $whole }.{ $tenth } GB
