//! What is calculated with days and lengths of time.

use jiff::SignedDuration;

use super::decimal::Decimal;
use super::time::{Day, Length, Moment, Zone, days_since_epoch};

impl Length {
    /// Returns the length so many times, rounded half to even to a nanosecond, unless it overflows.
    pub fn checked_mul(self, factor: Decimal) -> Option<Self> {
        factor.of_whole(self.0.as_nanos()).and_then(Self::from_all_nanoseconds)
    }

    /// Returns the length in so many parts, rounded half to even to a nanosecond, unless it overflows; none of zero.
    pub fn checked_div(self, divisor: Decimal) -> Option<Self> {
        divisor.into_whole(self.0.as_nanos()).and_then(Self::from_all_nanoseconds)
    }

    /// Returns how many times another length goes into this one; nothing where that is zero.
    pub fn ratio(self, other: Self) -> Option<Decimal> {
        Decimal::from_whole(self.0.as_nanos())?.checked_div(Decimal::from_whole(other.0.as_nanos())?)
    }

    fn from_all_nanoseconds(nanoseconds: i128) -> Option<Self> {
        SignedDuration::try_from_nanos_i128(nanoseconds).map(Self)
    }
}

impl Day {
    /// Returns the days that passed since an earlier day; negative if that one is later.
    pub fn days_since(self, other: Self) -> i64 {
        days_since_epoch(self.0) - days_since_epoch(other.0)
    }

    /// Returns the day of the week as ISO 8601 counts: 1 is Monday, 7 is Sunday.
    pub fn weekday(self) -> u8 {
        self.0.weekday().to_monday_one_offset().unsigned_abs()
    }
}

impl Moment {
    /// Returns the day of the week that calendars in a zone show at this moment: 1 is Monday, 7 is Sunday.
    pub fn weekday_in(self, zone: &Zone) -> u8 {
        self.day_in(zone).weekday()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_multiplied_and_divided() {
        let length = |text: &str| Length::parse(text).expect(text);
        let number = |text: &str| Decimal::parse(text).expect(text);
        assert_eq!(length("PT1H").checked_mul(number("1.5")), Some(length("PT90M")));
        assert_eq!(length("PT1H").checked_div(number("8")), Some(length("PT7M30S")));
        assert_eq!(length("PT1H").checked_div(number("0.25")), Some(length("PT4H")));
        assert_eq!(length("PT1H").checked_div(number("0")), None);
        assert_eq!(length("PT30M").ratio(length("PT2H")), Some(number("0.25")));
        assert_eq!(length("PT30M").ratio(length("PT0S")), None);
        assert_eq!(length("P200000D").checked_mul(number("1e20")), None);
    }

    #[test]
    fn days_are_counted() {
        let day = |text: &str| Day::parse(text).expect(text);
        assert_eq!(day("2024-03-01").days_since(day("2024-02-28")), 2);
        assert_eq!(day("2024-02-28").days_since(day("2024-03-01")), -2);
        assert_eq!((day("2024-05-13").weekday(), day("2024-05-12").weekday()), (1, 7));
        let moment = Moment::parse("2024-05-12T23:00:00Z").expect("valid");
        let weekday = |zone: &str| moment.weekday_in(&Zone::named(zone).expect("a zone"));
        assert_eq!((weekday("UTC"), weekday("Asia/Seoul")), (7, 1));
    }
    /// Each line has an operation, its operands and its result, or `-` for none; made with another implementation.
    #[test]
    fn calculations_agree_with_an_independent_table() {
        let day = |text: &str| Day::parse(text).expect(text);
        let number = |text: &str| Decimal::parse(text).expect(text);
        // Seconds with nine digits of a fraction.
        let length = |text: &str| {
            let nanoseconds = number(text).of_whole(1_000_000_000).expect(text);
            Length::from_all_nanoseconds(nanoseconds).expect(text)
        };
        let seconds = |length: Option<Length>| {
            let Some(nanoseconds) = length.map(|length| length.0.as_nanos()) else { return "-".to_owned() };
            let (sign, nanoseconds) = (if nanoseconds < 0 { "-" } else { "" }, nanoseconds.unsigned_abs());
            format!("{sign}{}.{:09}", nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000)
        };
        for line in include_str!("tables/time.tsv").lines() {
            let [operation, one, other, expected] = *line.split('\t').collect::<Vec<_>>() else { panic!("{line}") };
            let result = match operation {
                "days" => day(one).days_since(day(other)).to_string(),
                "weekday" => day(one).weekday().to_string(),
                "local" => {
                    let (moment, zone) = (Moment::parse(one).expect(one), Zone::named(other).expect(other));
                    format!("{} {} {}", moment.day_in(&zone), moment.weekday_in(&zone), moment.time_in(&zone))
                }
                "times" => seconds(length(one).checked_mul(number(other))),
                "over" => seconds(length(one).checked_div(number(other))),
                "ratio" => length(one).ratio(length(other)).map_or("-".to_owned(), |ratio| ratio.to_string()),
                _ => panic!("{line}"),
            };
            assert_eq!(result, expected, "{line}");
        }
    }
}
