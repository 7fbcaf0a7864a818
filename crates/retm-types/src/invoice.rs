//! What an invoice adds to a turnover.

use crate::{Decimal, Invoice, InvoiceStatus};

/// How the API writes a refund, which is not known: the caller says it, and there is no default. See
/// [`Invoice::signed_total`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefundsAre {
    /// A refund is an entry of its own with a positive amount; the invoice of the sale stays as it is.
    OwnEntries,
    /// A refund changes the invoice of the sale: its status becomes refunded and its total stays. Of such an invoice it is
    /// taken that all of it was refunded, since nothing says how much.
    ChangedEntries,
}

impl Invoice {
    /// What the invoice adds to the turnover, in the merchant's currency and with the digits of `total_price`.
    ///
    /// A closed invoice adds its total. A refunded one takes its total off where refunds are
    /// [`OwnEntries`](RefundsAre::OwnEntries), and adds 0 where they are [`ChangedEntries`](RefundsAre::ChangedEntries). One
    /// that is void, pending or active adds 0: nothing was sold yet, or no longer.
    ///
    /// `None` if there is no total, no status, or a status with an unknown code: what is not known is not counted as 0.
    ///
    /// ```
    /// use retm_types::{Invoice, RefundsAre, decode};
    ///
    /// let refund: Invoice = decode(br#"{"total_price": "75.000", "status": 4}"#)?;
    /// let own = refund.signed_total(RefundsAre::OwnEntries);
    /// assert_eq!(own.map(|total| total.to_string()).as_deref(), Some("-75.000"));
    /// let changed = refund.signed_total(RefundsAre::ChangedEntries);
    /// assert_eq!(changed.map(|total| total.to_string()).as_deref(), Some("0.000"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn signed_total(&self, refunds: RefundsAre) -> Option<Decimal> {
        let total = self.total_price.as_ref()?.value();
        let none = rust_decimal::Decimal::new(0, total.scale());
        let signed = match (self.status?, refunds) {
            (InvoiceStatus::Closed, _) => total,
            (InvoiceStatus::Refunded, RefundsAre::OwnEntries) => -total.abs(),
            (InvoiceStatus::Refunded, RefundsAre::ChangedEntries)
            | (InvoiceStatus::Void | InvoiceStatus::Pending | InvoiceStatus::Active, _) => none,
            (InvoiceStatus::Unknown(_), _) => return None,
        };
        Some(Decimal::new(signed))
    }
}

#[cfg(test)]
mod tests {
    use super::RefundsAre::{ChangedEntries, OwnEntries};
    use crate::{Invoice, decode};

    #[test]
    fn a_refund_counts_as_the_caller_says() {
        let sum = |refunds, invoices: &[(&str, i64)]| {
            let total = |(total, status): &(&str, i64)| {
                let json = format!(r#"{{"total_price": "{total}", "status": {status}}}"#);
                let invoice: Invoice = decode(json.as_bytes()).unwrap();
                invoice.signed_total(refunds).unwrap().value()
            };
            let sum: rust_decimal::Decimal = invoices.iter().map(total).sum();
            sum.to_string()
        };
        // A sale of 75, refunded in part by an entry of its own; a void one and one that is pending.
        let own = [("75.000", 1), ("25.000", 4), ("9.000", 5), ("8.000", 2)];
        assert_eq!(sum(OwnEntries, &own), "50.000");
        // A sale of 75 that stands, and one of 25 that was refunded.
        assert_eq!(
            sum(ChangedEntries, &[("75.000", 1), ("25.000", 4)]),
            "75.000"
        );
        // A server that writes the refund negative means the same.
        assert_eq!(sum(OwnEntries, &[("75.000", 1), ("-75.000", 4)]), "0.000");
    }

    #[test]
    fn what_is_not_known_is_not_zero() {
        for json in [
            r#"{"status": 1}"#,
            r#"{"total_price": "75.000"}"#,
            r#"{"total_price": "75.000", "status": 9}"#,
        ] {
            let invoice: Invoice = decode(json.as_bytes()).unwrap();
            assert_eq!(invoice.signed_total(OwnEntries), None, "{json}");
            assert_eq!(invoice.signed_total(ChangedEntries), None, "{json}");
        }
    }
}
