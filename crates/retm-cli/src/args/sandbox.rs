//! `retm sandbox`

use clap::Args;
use retm_sandbox::{Fault, ListMode};

#[derive(Clone, Debug, Args)]
pub(crate) struct SandboxArgs {
    /// The port on 127.0.0.1; 0 takes any free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,
    /// The seed of all generated data, ids and credentials.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many products each business has.
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub(crate) products: usize,
    /// How many invoices each business has.
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) invoices: usize,
    /// Make an authorization code good for one exchange only.
    #[arg(long)]
    pub(crate) single_use_codes: bool,
    /// Make something go wrong: KIND[=DURATION][:SETTING,...]; can be given more than once.
    ///
    /// lose-response           carries out the request, closes the connection without an answer
    /// reset                   resets the connection, carries out nothing
    /// commit-late=DURATION    answers nothing, carries out the request after this time
    /// answer-late=DURATION    carries out the request, answers after this time
    /// delay=DURATION          waits before it does anything
    /// rate-limit[=DURATION]   429, with this time as Retry-After
    /// bad-gateway             502 with an HTML page
    /// token-down              503 at the token endpoint
    /// reuse-revokes           a refresh token that is used twice ends its grant
    /// ignore-reference        the list of orders ignores the partner_reference asked for
    /// lag-list=DURATION       the list of orders does not show younger orders
    ///
    /// Settings: on=OPERATION (such as create_order), business=ID, times=N (at most),
    /// share=0..1 (of the requests, by seeded dice), and for rate-limit as-date.
    /// Durations: 500ms, 2s, 1m. The first that strikes decides; delay, reuse-revokes,
    /// ignore-reference and lag-list combine with it.
    #[arg(long = "fault", value_name = "SPEC", verbatim_doc_comment)]
    pub(crate) faults: Vec<Fault>,
    /// Page lists in another way; can be given more than once, one form and any of the others.
    ///
    /// Forms, what the answers say of pages:
    /// laravel           {data, current_page, last_page, per_page, total, next_page_url}
    /// meta              {data, links {next}, meta {current_page, last_page, per_page, total}}
    /// from-to           pagination {from, to, per, total, current, path}
    /// camel-case        pagination {count, total, perPage, currentPage, totalPages, links {next}}
    /// total-count       pagination {total, count}
    /// has-more          pagination {has_more, current_page}
    /// cursor            as has-more, with next_cursor beside the items
    /// from-zero         pagination {current_page, total_pages}, counted from 0
    /// size-only         pagination {current_page, per_page}
    /// link-header       a bare array and a Link header
    /// items-only        {items}
    /// bare              a bare array
    ///
    /// The others, what the server does:
    /// cut-size          pages have 20 elements at most, whatever is asked for and said
    /// ignore-page       every page is the first one
    /// repeat-page       the second page comes again as the third
    /// drop-page         the second page is left out
    /// empty-page        the second page is empty and those behind it move on
    /// short-page        the second page is 7 elements short
    /// end-early         from the third on pages are empty
    /// not-found-behind  404 behind the last page
    /// changing          every element changes at every request
    #[arg(long = "mode", value_name = "NAME", verbatim_doc_comment)]
    pub(crate) modes: Vec<ListMode>,
}
