//! Lists: one page, or all of them page by page.

use futures::StreamExt;
use retm::types::Problems;
use retm::{Error, List, Page};

use super::Context;
use super::progress::Progress;
use super::show::{broken_element, broken_failure, encode, say_problems};
use crate::advice::advised;
use crate::args::ListArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{ListPrinter, Record};
use crate::payload::broken_elements;

/// More broken elements than this are counted, not named.
const NAMED: usize = 20;

/// Lists what the arguments ask for and writes it.
pub(crate) async fn list<T, F>(
    cx: &mut Context,
    list: List<T, F>,
    args: &ListArgs,
) -> Result<(), Failure>
where
    T: Record + Send + 'static,
    F: Clone + Send + Sync + 'static,
{
    match args.raw {
        true => write_list(cx, list.with_raw(), args).await,
        false => write_list(cx, list, args).await,
    }
}

async fn write_list<T, F>(
    cx: &mut Context,
    mut list: List<T, F>,
    args: &ListArgs,
) -> Result<(), Failure>
where
    T: Record + Send + 'static,
    F: Clone + Send + Sync + 'static,
{
    if let Some(page) = args.page {
        list = list.page(page);
    }
    if let Some(per_page) = args.per_page {
        list = list.per_page(per_page);
    }
    let mut printer = ListPrinter::new::<T>(cx.look())
        .with_columns(&args.columns)
        .map_err(Failure::usage)?;
    let (mut broken, mut problems) = (0, Problems::new());
    if args.strict {
        list = list.strict();
    }
    if args.accept_incomplete {
        list = list.accept_incomplete();
    }
    if let Some(token) = &args.resume {
        list = list.resume(token)?;
    }
    if args.all || args.resume.is_some() {
        let progress = Progress::new(cx.stderr_is_terminal);
        let (mut pages, mut written) = (list.pages(), 0);
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    progress.done();
                    printer.break_off(&mut *cx.out)?;
                    say_problems(cx, &problems)?;
                    return Err(half_way(error, written));
                }
            };
            progress.page(&page);
            for element in page.broken() {
                cx.keeper.keep(element.raw().get().as_bytes())?;
            }
            broken += progress.suspended(|| write(cx, &mut printer, &page, broken))?;
            problems.merge(page.problems().clone());
            written += page.len();
        }
        progress.done();
        printer.finish(&mut *cx.out)?;
        say_problems(cx, &problems)?;
    } else {
        let page = list.response().await?;
        cx.keeper.keep(page.raw_body())?;
        broken += write(cx, &mut printer, &page, broken)?;
        printer.finish(&mut *cx.out)?;
        say_problems(cx, page.problems())?;
        if let Some(remark) = remark(&page) {
            cx.say(&remark)?;
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

/// A list that failed behind items that were written: names the page, and what goes on from there.
fn half_way(error: Error, written: usize) -> Failure {
    let Some(token) = error.resume_token().filter(|_| written > 0) else {
        return error.into();
    };
    let page = match token.page() {
        0 => "the first page".to_owned(),
        page => format!("page {page}"),
    };
    let items = match written {
        1 => "1 item is".to_owned(),
        count => format!("{count} items are"),
    };
    let advice = format!(
        "{items} written above; to go on with {page}, run the same command with `--resume {token}`, without `--page`."
    );
    Failure::Other(Exit::Failed, advised(&error, &advice))
}

/// What a person should know of a list that goes on, or that has no such page.
fn remark<T>(page: &Page<T>) -> Option<String> {
    let (number, pages) = (page.number(), page.page_count());
    let of = pages
        .map(|pages| format!(" of {pages}"))
        .unwrap_or_default();
    if page.is_empty() && number > 1 {
        return Some(match pages {
            Some(1) => format!("page {number} is empty: the list has 1 page"),
            Some(pages) => format!("page {number} is empty: the list has {pages} pages"),
            None => format!("page {number} is empty: the list ends before it"),
        });
    }
    let next = match page.next() {
        Some(next) => format!("--page {next} shows the next, --all every page"),
        None => {
            page.resume_token()?;
            "--all shows every page".to_owned()
        }
    };
    Some(format!("page {number}{of}; {next}"))
}
