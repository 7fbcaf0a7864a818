//! The README's example, run; and it is the README's.

#[test]
fn the_example_runs() -> Result<(), Box<dyn std::error::Error>> {
    let body = br#"{"items":[
        {"invoice_id":153,"status":1,"total_price":"75.000"},
        {"invoice_id":154,"status":1,"total_price":""}
    ]}"#;
    // example
    use retm_types::{InvoiceListing, InvoiceStatus, decode};

    let page: InvoiceListing = decode(body)?;
    for invoice in page.items() {
        if invoice.status == Some(InvoiceStatus::Closed) {
            println!("{:?}: {:?}", invoice.invoice_id, invoice.total_price);
        }
    }
    for broken in page.broken() {
        eprintln!("{broken}"); // element 1: total_price: an empty string is no amount
    }
    // end
    assert_eq!(page.items().len(), 1);
    let broken: Vec<_> = page.broken().iter().map(ToString::to_string).collect();
    assert_eq!(
        broken,
        ["element 1: total_price: an empty string is no amount"]
    );

    let here = include_str!("readme.rs");
    let example = here
        .split_once("    // example\n")
        .and_then(|(_, rest)| rest.split_once("    // end\n"))
        .map(|(example, _)| example.replace("\n    ", "\n"))
        .ok_or("no example")?;
    let readme = include_str!("../README.md");
    assert!(readme.contains(example.trim()), "{example}");
    Ok(())
}
