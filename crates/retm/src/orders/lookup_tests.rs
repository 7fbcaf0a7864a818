//! What follows from pages that do not show the order.

use super::super::page::Element;
use super::*;

const HOUR: Duration = Duration::from_secs(3600);

/// A page of orders that were created at these days of a month, all with references.
fn page(days: &[u32], last: bool, total: Option<u64>) -> OrderPage {
    let elements: Vec<Element> = days.iter().map(|day| element(*day, true)).collect();
    OrderPage {
        elements,
        last: Some(last),
        total,
        current: None,
        fingerprint: fastrand::u64(..),
    }
}

fn element(day: u32, reference: bool) -> Element {
    let reference = if reference { "\"other\"" } else { "null" };
    let json = format!(
        r#"{{"id":"{day}","partner_reference":{reference},"created_at":"2026-01-{day:02} 09:00:00"}}"#
    );
    Element::of(&json)
}

fn read(pages: Vec<OrderPage>) -> Reading {
    let mut reading = Reading::default();
    for (number, page) in (1..).zip(&pages) {
        assert!(reading.take(number, page).is_ok(), "page {number}");
    }
    reading
}

fn conclude(pages: Vec<OrderPage>) -> String {
    conclude_after(pages, None)
}

/// What follows where the reading before was of these pages.
fn conclude_after(pages: Vec<OrderPage>, before: Option<&HashSet<u64>>) -> String {
    match read(pages).conclude(true, before) {
        None => "read again".to_owned(),
        Some(Look::Absent) => "absent".to_owned(),
        Some(Look::Doubt(doubt)) => doubt.looked_for("A-1").to_string(),
        Some(_) => "another".to_owned(),
    }
}

#[test]
fn a_list_read_to_its_end_says_that_an_order_is_absent() {
    assert_eq!(conclude(vec![page(&[], true, Some(0))]), "absent");
    let two = vec![page(&[9, 8], false, Some(3)), page(&[7], true, Some(3))];
    assert_eq!(conclude(two), "absent");
    // An order that came meanwhile pushed one to the next page, or stands at the end.
    let pushed = vec![page(&[9, 8], false, Some(3)), page(&[8, 7], true, Some(4))];
    assert_eq!(conclude(pushed), "absent");
    assert_eq!(conclude(vec![page(&[7, 8], true, Some(2))]), "absent");
}

#[test]
fn a_list_that_does_not_begin_with_the_newest_is_read_twice_alike() {
    // Whether one came, or one went and another came.
    for (days, total) in [(&[9, 10][..], 4), (&[9], 3)] {
        let pages = || {
            let mut pages = vec![page(&[7, 8], false, Some(3)), page(days, true, Some(total))];
            (pages[0].fingerprint, pages[1].fingerprint) = (1, 2);
            pages
        };
        assert_eq!(conclude(pages()), "read again");
        let other = HashSet::from([1, 3]);
        assert_eq!(conclude_after(pages(), Some(&other)), "read again");
        let same = HashSet::from([1, 2]);
        assert_eq!(conclude_after(pages(), Some(&same)), "absent");
    }
}

#[test]
fn a_list_that_repeats_an_order_may_hide_another() {
    // The times do not tell which of two is first.
    let repeated = |first, last| {
        conclude(vec![
            page(&[9, 8], false, Some(first)),
            page(&[8], true, Some(last)),
        ])
    };
    assert_eq!(repeated(3, 3), "read again");
    assert!(repeated(3, 4).contains("it shows 2 of 3 orders"));
    // One came meanwhile.
    assert_eq!(repeated(2, 3), "absent");
}

#[test]
fn a_page_that_has_run_empty_is_one_of_several() {
    let ran_empty = vec![page(&[9, 8], false, None), page(&[], true, None)];
    assert_eq!(conclude(ran_empty), "read again");
}

#[test]
fn a_list_that_may_have_hidden_an_order_is_read_again() {
    let went = vec![page(&[9, 8], false, Some(3)), page(&[7], true, Some(2))];
    assert_eq!(conclude(went), "read again");
    // One went and another came: in the end there are as many as at first.
    let swapped = vec![
        page(&[9, 8], false, Some(5)),
        page(&[6, 5], false, Some(4)),
        page(&[4], true, Some(5)),
    ];
    assert_eq!(conclude(swapped), "read again");
    let mixed = vec![page(&[8, 9], false, Some(3)), page(&[7, 7], true, Some(4))];
    assert_eq!(conclude(mixed), "read again");
}

#[test]
fn a_list_that_does_not_say_how_many_there_are_is_read_twice_alike() {
    let pages = || {
        let mut pages = vec![page(&[9, 8], false, None), page(&[7], true, None)];
        (pages[0].fingerprint, pages[1].fingerprint) = (1, 2);
        pages
    };
    assert_eq!(conclude(pages()), "read again");
    let other = HashSet::from([1, 3]);
    assert_eq!(conclude_after(pages(), Some(&other)), "read again");
    let same = HashSet::from([1, 2]);
    assert_eq!(conclude_after(pages(), Some(&same)), "absent");
    // Nothing goes between the pages of a single one.
    assert_eq!(conclude(vec![page(&[9, 8], true, None)]), "absent");
}

#[test]
fn doubts_are_told() {
    let short = conclude(vec![page(&[9, 8], true, Some(3))]);
    insta::assert_snapshot!(short, @r#"what became of the order is not known: it was looked for in the list of orders by its reference "A-1", but it shows 2 of 3 orders. Submit the same order again or call `orders().recover()` later: neither sends it again before it is known."#);
    let mut silent = page(&[], true, None);
    silent.elements = vec![element(9, false), element(8, false)];
    assert!(conclude(vec![silent]).contains("the list shows no references"));
    let mut broken = page(&[9], true, None);
    broken.elements.push(Element::of("{\"total_price\":{}}"));
    assert!(conclude(vec![broken]).contains("one order of the list cannot be read"));
}

#[test]
fn pages_that_cannot_be_relied_on_are_refused() {
    let refused = |change: fn(&mut OrderPage)| {
        let mut reading = read(vec![page(&[9], false, None)]);
        let mut second = page(&[8], true, None);
        change(&mut second);
        reading.take(2, &second).is_err()
    };
    assert!(!refused(|_| {}));
    assert!(refused(|page| page.current = Some(1)));
    assert!(refused(|page| page.last = None));
    assert!(refused(
        |page| (page.elements, page.last) = (Vec::new(), Some(false))
    ));
    let mut reading = Reading::default();
    let same = page(&[9], false, None);
    assert!(reading.take(1, &same).is_ok());
    assert!(reading.take(2, &same).is_err());
}

#[test]
fn reading_stops_where_orders_are_older_than_ours_can_be() {
    let past = |first: &[u32], second: &[u32], age: Duration| {
        let second = page(second, false, None);
        let mut reading = read(vec![page(first, false, None)]);
        assert!(reading.take(2, &second).is_ok());
        reading.is_past(&second, age)
    };
    // A day for the margin, and the age of the order.
    assert!(past(&[20, 19], &[18, 1], HOUR));
    assert!(!past(&[20, 19], &[19, 1], HOUR));
    assert!(!past(&[20, 19], &[18, 1], 48 * HOUR));
    assert!(past(&[20, 19], &[10, 1], 48 * HOUR));
    // Only where the newest are first.
    assert!(!past(&[19, 20], &[10, 1], HOUR));
    assert!(!past(&[1, 2], &[3, 4], HOUR));
}
