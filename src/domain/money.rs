//! Amounts of money, kept in the currency's smallest unit so that no cent is lost.

use iso_currency::Currency;

/// An amount in a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// How many of the currency's smallest unit: cents, or whole yen.
    pub minor: i64,
    /// The ISO 4217 code.
    pub currency: String,
}

/// Why an amount or its currency cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("is no currency: expected an ISO 4217 code such as EUR, USD or JPY")]
    Currency,
    #[error("is no amount: expected digits, such as 49.00")]
    Amount,
    #[error("has more decimals than the currency, which has {0}")]
    Decimals(usize),
}

impl Money {
    /// Reads an amount, with as many decimals as the currency has or fewer.
    ///
    /// # Errors
    /// When either is none.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, MoneyError> {
        let decimals = decimals(currency).ok_or(MoneyError::Currency)?;
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || amount.ends_with('.') {
            return Err(MoneyError::Amount);
        }
        if fraction.len() > decimals {
            return Err(MoneyError::Decimals(decimals));
        }
        let minor = format!("{whole}{fraction:0<decimals$}").parse().map_err(|_| MoneyError::Amount)?;
        Ok(Self { minor, currency: currency.to_owned() })
    }

    /// The amount with all the decimals of its currency: "49.00", and "500" for yen.
    #[must_use]
    pub fn amount(&self) -> String {
        let decimals = decimals(&self.currency).unwrap_or(0);
        let digits = format!("{:0>1$}", self.minor, decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
    }
}

/// How many decimals a currency has; nothing where it is none.
fn decimals(currency: &str) -> Option<usize> {
    Some(usize::from(Currency::from_code(currency)?.exponent().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_come_back_with_all_decimals() {
        for (amount, currency, minor, again) in [
            ("49", "USD", 4900, "49.00"),
            ("0.05", "EUR", 5, "0.05"),
            ("500", "JPY", 500, "500"),
            ("1.5", "KWD", 1500, "1.500"),
        ] {
            let money = Money::parse(amount, currency).expect("an amount");
            assert_eq!((money.minor, money.amount().as_str()), (minor, again));
        }
    }

    #[test]
    fn each_mistake_is_named() {
        assert_eq!(Money::parse("1", "usd"), Err(MoneyError::Currency));
        assert_eq!(Money::parse("1", "ZZZ"), Err(MoneyError::Currency));
        for amount in ["", ".", "1.", ".5", "-1", "1,5", "1e3", "99999999999999999999"] {
            assert_eq!(Money::parse(amount, "USD"), Err(MoneyError::Amount), "{amount}");
        }
        assert_eq!(Money::parse("1.005", "USD"), Err(MoneyError::Decimals(2)));
        assert_eq!(Money::parse("1.5", "JPY"), Err(MoneyError::Decimals(0)));
    }
}
