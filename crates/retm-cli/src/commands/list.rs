//! Lists: one page, or all of them page by page.

use futures::TryStreamExt;
use retm::{List, Page};
use serde::de::DeserializeOwned;

use super::Context;
use super::progress::Progress;
use super::show::{broken_element, broken_failure, encode};
use crate::args::ListArgs;
use crate::failure::Failure;
use crate::output::{ListPrinter, Record};
use crate::payload::broken_elements;

/// More broken elements than this are counted, not named.
const NAMED: usize = 20;

/// Lists what the arguments ask for and writes it.
pub(crate) async fn list<T, F>(
    cx: &mut Context,
    mut list: List<T, F>,
    args: &ListArgs,
) -> Result<(), Failure>
where
    T: Record + DeserializeOwned + Send + 'static,
    F: Clone + Send + Sync + 'static,
{
    if let Some(page) = args.page {
        list = list.page(page);
    }
    if let Some(per_page) = args.per_page {
        list = list.per_page(per_page);
    }
    let mut printer = ListPrinter::new::<T>(cx.look());
    let mut broken = 0;
    if args.all {
        let progress = Progress::new(cx.stderr_is_terminal);
        let mut pages = list.pages();
        while let Some(page) = pages.try_next().await? {
            progress.page(&page);
            for element in page.broken() {
                cx.keeper.keep(element.raw().get().as_bytes())?;
            }
            broken += progress.suspended(|| write(cx, &mut printer, &page, broken))?;
        }
        progress.done();
        printer.finish(&mut *cx.out)?;
    } else {
        let page = list.response().await?;
        cx.keeper.keep(page.raw_body())?;
        broken += write(cx, &mut printer, &page, broken)?;
        printer.finish(&mut *cx.out)?;
        if let Some(next) = page.next() {
            cx.say(&remark(&page, next))?;
        }
    }
    match broken {
        0 => Ok(()),
        count => Err(broken_failure(count)),
    }
}

/// Writes a page, names its broken elements, and returns how many there are.
fn write<T: Record>(
    cx: &mut Context,
    printer: &mut ListPrinter,
    page: &Page<T>,
    before: usize,
) -> Result<usize, Failure> {
    let mut broken: Vec<String> = Vec::new();
    for element in page.broken() {
        broken.push(broken_element(
            &format!("/{}", element.index()),
            element.error(),
        ));
    }
    let mut items = Vec::with_capacity(page.items().len());
    for (item, index) in page.items().iter().zip(received_at(page)) {
        let item = encode(item)?.masked();
        let inside = broken_elements(printer.place(), &item, format!("/{index}"));
        broken.extend(
            inside
                .iter()
                .map(|inside| broken_element(&inside.pointer, &inside.detail)),
        );
        items.push(item);
    }
    printer.page(&items, &mut *cx.out)?;
    // Written at once: a program that reads along should not wait for the next page.
    cx.out.flush()?;
    for (index, line) in broken.iter().enumerate() {
        if before + index < NAMED {
            cx.say(&format!("page {}: {line}", page.number()))?;
        }
    }
    Ok(broken.len())
}

/// The places of the good elements in the list as it was received.
fn received_at<T>(page: &Page<T>) -> impl Iterator<Item = usize> {
    let is_broken = |index: &usize| page.broken().iter().any(|broken| broken.index() == *index);
    (0..page.len()).filter(move |index| !is_broken(index))
}

/// What a person should know of a list that goes on.
fn remark<T>(page: &Page<T>, next: u64) -> String {
    let pagination = page.pagination();
    let pages =
        pagination.and_then(|pagination| pagination.total_pages().or(pagination.last_page()));
    let of = pages
        .map(|pages| format!(" of {pages}"))
        .unwrap_or_default();
    format!(
        "page {}{of}; --page {next} shows the next, --all every page",
        page.number()
    )
}
