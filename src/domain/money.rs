//! Prices: an amount in minor units (cents) and a currency, without binary fractions.

use iso_currency::Currency;
use thiserror::Error;

/// The decimals of a stored currency that is no longer known.
const USUAL_DECIMALS: usize = 2;

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount in minor units: cents of a euro, whole yen.
    pub minor: i64,
    /// The ISO 4217 code in uppercase.
    pub currency: String,
}

/// An invalid amount or currency.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// The code is not in ISO 4217, or is not a currency, such as gold.
    #[error("is not a currency: use an ISO 4217 code such as EUR")]
    Currency,
    /// The amount is not a decimal number.
    #[error("is not an amount: write it like 49.00")]
    Amount,
    /// The amount is negative.
    #[error("must not be negative")]
    Negative,
    /// The amount has more decimals than the currency.
    #[error("has too many decimals: {currency} has {decimals}")]
    Decimals {
        /// The code of the currency.
        currency: String,
        /// The decimals of the currency.
        decimals: usize,
    },
    /// The amount exceeds 64 bits of minor units.
    #[error("is too large")]
    TooLarge,
}

impl Money {
    /// Parses an amount such as "49", "49.9" or "49.90" and an ISO 4217 currency code in any case. Trailing zeros
    /// beyond the decimals of the currency are allowed, because programs write them.
    ///
    /// # Errors
    /// Returns an error if the currency is unknown, or the amount is invalid, negative, too large or has too many
    /// decimals.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, MoneyError> {
        let code = currency.to_ascii_uppercase();
        let decimals = decimals_of(&code).ok_or(MoneyError::Currency)?;
        let (whole, fraction) = parts(amount)?;
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > decimals {
            return Err(MoneyError::Decimals { currency: code, decimals });
        }
        let minor = format!("{whole}{fraction:0<decimals$}").parse().map_err(|_| MoneyError::TooLarge)?;
        Ok(Self { minor, currency: code })
    }

    /// Checks an amount regardless of the currency.
    ///
    /// # Errors
    /// Returns an error if the amount is invalid or negative.
    pub fn check_amount(amount: &str) -> Result<(), MoneyError> {
        parts(amount).map(drop)
    }

    /// Returns the amount with all decimals of its currency: "49.00" euros, "500" yen.
    #[must_use]
    pub fn amount(&self) -> String {
        let decimals = decimals_of(&self.currency).unwrap_or(USUAL_DECIMALS);
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        match digits.split_at_checked(digits.len() - decimals) {
            Some((whole, fraction)) if decimals > 0 => format!("{sign}{whole}.{fraction}"),
            _ => format!("{sign}{digits}"),
        }
    }
}

/// Returns the digits of an amount before and after the decimal point.
fn parts(amount: &str) -> Result<(&str, &str), MoneyError> {
    let unsigned = amount.strip_prefix('-').unwrap_or(amount);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if [whole, fraction].iter().any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(MoneyError::Amount);
    }
    if unsigned == amount { Ok((whole, fraction)) } else { Err(MoneyError::Negative) }
}

/// Returns the decimals of a currency. `None` for codes that are not currencies (gold, "no currency").
fn decimals_of(code: &str) -> Option<usize> {
    Currency::from_code(code)?.exponent().map(usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(amount: &str, currency: &str) -> Result<i64, MoneyError> {
        Money::parse(amount, currency).map(|money| money.minor)
    }

    #[test]
    fn amounts_are_parsed_to_minor_units() {
        for (amount, currency, expected) in [
            ("49", "EUR", 4_900),
            ("49.9", "EUR", 4_990),
            ("49.90", "usd", 4_990),
            ("49.9000", "USD", 4_990),
            ("0", "EUR", 0),
            ("0.01", "EUR", 1),
            ("500", "JPY", 500),
            ("500.0", "JPY", 500),
            ("1.234", "KWD", 1_234),
            ("92233720368547758.07", "EUR", i64::MAX),
        ] {
            assert_eq!(minor(amount, currency), Ok(expected), "{amount} {currency}");
        }
        assert_eq!(Money::parse("1", "eur").map(|money| money.currency).as_deref(), Ok("EUR"));
    }

    #[test]
    fn invalid_amounts_are_rejected() {
        for (amount, currency, error) in [
            ("1", "", MoneyError::Currency),
            ("1", "EURO", MoneyError::Currency),
            ("1", "ZZZ", MoneyError::Currency),
            ("1", "XAU", MoneyError::Currency),
            ("1", "éé", MoneyError::Currency),
            ("", "EUR", MoneyError::Amount),
            (".5", "EUR", MoneyError::Amount),
            ("5.", "EUR", MoneyError::Amount),
            ("1,000", "EUR", MoneyError::Amount),
            ("1e3", "EUR", MoneyError::Amount),
            ("+1", "EUR", MoneyError::Amount),
            ("--1", "EUR", MoneyError::Amount),
            ("1.0.0", "EUR", MoneyError::Amount),
            ("١", "EUR", MoneyError::Amount),
            ("-1", "EUR", MoneyError::Negative),
            ("0.5", "JPY", MoneyError::Decimals { currency: "JPY".to_owned(), decimals: 0 }),
            ("0.001", "EUR", MoneyError::Decimals { currency: "EUR".to_owned(), decimals: 2 }),
            ("92233720368547758.08", "EUR", MoneyError::TooLarge),
            (&"9".repeat(100_000), "EUR", MoneyError::TooLarge),
        ] {
            assert_eq!(minor(amount, currency), Err(error), "{currency}");
        }
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        for (minor, currency, amount) in [
            (4_900, "EUR", "49.00"),
            (5, "EUR", "0.05"),
            (0, "EUR", "0.00"),
            (500, "JPY", "500"),
            (1_234, "KWD", "1.234"),
            (100, "???", "1.00"),
            (i64::MAX, "EUR", "92233720368547758.07"),
            (i64::MIN, "EUR", "-92233720368547758.08"),
        ] {
            assert_eq!(Money { minor, currency: currency.to_owned() }.amount(), amount);
        }
    }
}
