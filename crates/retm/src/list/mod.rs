//! A list: one page of it, a stream of its pages or items, or all of it.

mod checkpoint;
mod collected;
mod facts;
mod items;
mod names;
mod pages;
mod paging;
mod resume;
mod sweep;
mod walk;

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use futures::future::BoxFuture;
use retm_client::Client;
use retm_types::{Listing, Problems};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::business::Business;
use crate::error::{Captured, Error, ErrorKind};
use crate::options::{CallOptions, call_options};
use crate::page::Page;
use crate::raw::Raw;
use crate::response::Response;
use crate::transport::{Built, Decode, PreparedRequest, decode, decode_raw_list, decode_strict};
pub use checkpoint::SweepCheckpoint;
pub use collected::{Collected, Interrupted};
pub(crate) use facts::{CameWith, Facts};
pub use items::ItemStream;
pub(crate) use names::ParameterNames;
pub use pages::Pages;
pub(crate) use paging::{Paging, Position};
pub(crate) use resume::Place;
pub use resume::ResumeToken;
pub use sweep::Sweep;
use walk::Walk;
pub(crate) use walk::next_of;

/// Builds the request for a page.
pub(crate) type PageFn<F> = fn(&Client, F, Paging) -> Built;

/// How a page is decoded: its elements alone, or each with its JSON.
#[derive(Debug)]
pub(crate) struct Decodes<T> {
    pub(crate) plain: Decode<Listing<T>>,
    /// Without repairs.
    pub(crate) strict: Decode<Listing<T>>,
    /// None if they have their JSON already.
    pub(crate) raw: Option<Decode<Listing<Raw<T>>>>,
}

impl<T: DeserializeOwned + Serialize> Decodes<T> {
    /// The list is the whole answer.
    pub(crate) const WHOLE: Self = Self {
        plain: decode,
        strict: decode_strict,
        raw: Some(decode_raw_list),
    };
}

fn raw_already<T>(_: &Captured, _: &mut Problems) -> Result<Listing<Raw<T>>, Error> {
    Err(Error::new(ErrorKind::InvalidRequest).with_detail("`with_raw` was called twice"))
}

impl<T> Clone for Decodes<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Decodes<T> {}

/// A list that has not been asked for. `.await` gives one page; [`stream`](Self::stream) all items,
/// [`pages`](Self::pages) all pages, [`collect_all`](Self::collect_all) everything at once.
///
/// `F` holds the filters, where the list has some.
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct List<T, F = ()> {
    business: Business,
    operation: &'static str,
    pub(crate) filter: F,
    start: Position,
    build: PageFn<F>,
    decode: Decodes<T>,
    options: CallOptions,
    prefetch: bool,
    accepts_incomplete: bool,
    /// The filters as JSON, which only their digest is made of.
    filter_json: fn(&F) -> Vec<u8>,
}

impl<T, F> List<T, F> {
    pub(crate) fn new(
        business: &Business,
        operation: &'static str,
        filter: F,
        build: PageFn<F>,
        decode: Decodes<T>,
    ) -> Self
    where
        F: Serialize,
    {
        Self {
            business: business.clone(),
            operation,
            filter,
            start: Position::start(None),
            build,
            decode,
            options: CallOptions::default(),
            prefetch: true,
            accepts_incomplete: false,
            // Texts and codes always have a JSON.
            filter_json: |filter| serde_json::to_vec(filter).unwrap_or_default(),
        }
    }

    call_options!();

    pub(crate) fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The page to give, or to start with; the first by default. Of a list that starts elsewhere the total is not compared
    /// with what came.
    pub fn page(mut self, page: u64) -> Self {
        self.start = Position::at(page, self.start.paging.per_page);
        self
    }

    /// How many items a page should have; the server's choice by default. A server may give fewer.
    pub fn per_page(mut self, per_page: u64) -> Self {
        self.start.paging.per_page = Some(per_page);
        self
    }

    /// Takes a list for whole although fewer elements came than the server's total, or the total fell meanwhile: for a server
    /// whose total is wrong. What else is missing is still an error.
    pub fn accept_incomplete(mut self) -> Self {
        self.accepts_incomplete = true;
        self
    }

    /// Sets an element aside whole if one of its members does not fit ([`Page::broken`]), instead of leaving out that member
    /// ([`Page::problems`]). Not to be combined with [`with_raw`](Self::with_raw).
    pub fn strict(mut self) -> Self {
        self.decode.plain = self.decode.strict;
        self.decode.raw = None;
        self
    }

    /// Whether [`pages`](Self::pages), [`stream`](Self::stream) and [`collect_all`](Self::collect_all)
    /// fetch the next page while the last one is worked on; on by default.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.prefetch = prefetch;
        self
    }

    /// Goes on where a list was left off. Set filters, page size and further query parameters first: they are compared. The
    /// size of the pages is the token's if none is set.
    ///
    /// ```no_run
    /// # async fn example(acme: retm::Business, kept: Option<String>) -> Result<(), retm::Error> {
    /// use futures::TryStreamExt;
    ///
    /// let mut list = acme.products().list().per_page(100);
    /// if let Some(token) = kept {
    ///     list = list.resume(&token.parse()?)?;
    /// }
    /// let mut pages = list.pages();
    /// while let Some(page) = pages.try_next().await? {
    ///     println!("{} products; go on with {:?}", page.len(), page.resume_token());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] where the token is one of another operation or business, of other
    /// filters or of pages of another size.
    pub fn resume(mut self, token: &ResumeToken) -> Result<Self, Error> {
        let position = self.place().position(token);
        self.start = position.map_err(|error| error.of_call(self.operation, self.business.id()))?;
        Ok(self)
    }

    /// Keeps the JSON of each element beside it: for members that the spec does not have; see [`Raw::extra`]. Costs a second
    /// walk over each page.
    ///
    /// ```no_run
    /// # async fn example(acme: retm::Business) -> Result<(), retm::Error> {
    /// use futures::TryStreamExt;
    ///
    /// let mut orders = acme.orders().list().with_raw().stream();
    /// while let Some(order) = orders.try_next().await? {
    ///     println!("{:?} {:?} {}", order.id, order.extra(), order.raw());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_raw(self) -> List<Raw<T>, F>
    where
        T: Serialize,
    {
        let plain = self.decode.raw.unwrap_or(raw_already);
        List {
            business: self.business,
            operation: self.operation,
            filter: self.filter,
            start: self.start,
            build: self.build,
            decode: Decodes {
                plain,
                strict: plain,
                raw: None,
            },
            options: self.options,
            prefetch: self.prefetch,
            accepts_incomplete: self.accepts_incomplete,
            filter_json: self.filter_json,
        }
    }

    fn starting_over(mut self) -> Self {
        self.start = Position::start(self.start.paging.per_page);
        self
    }

    fn place(&self) -> Place {
        Place {
            operation: self.operation,
            business: self.business.id().clone(),
            filter: (self.filter_json)(&self.filter),
            query: self.options.query().to_vec(),
            per_page: self.start.paging.per_page,
        }
    }
}

impl<T, F> List<T, F>
where
    T: Send + 'static,
    F: Clone + Send + Sync + 'static,
{
    /// Asks for one page; it comes with its status, headers, request id and raw body.
    ///
    /// # Errors
    ///
    /// Those of the operation; see [`Error`]. A broken element is not one of them:
    /// [`Page::broken`] has it.
    pub async fn response(self) -> Result<Response<Page<T>>, Error> {
        let (response, _) = self.fetch(self.start.clone()).await?;
        Ok(response)
    }

    async fn fetch(&self, at: Position) -> Result<(Response<Page<T>>, Facts), Error> {
        let of_call = |error: Error| {
            let error = error.of_call(self.operation, self.business.id());
            match at.number() {
                number if number > 1 => error.of_page(number),
                _ => error,
            }
        };
        let (built, own) = match self.request(&at.paging) {
            Ok((request, own)) => (Ok(request), own),
            Err(error) => (Err(error), Vec::new()),
        };
        let call = self.business.call(&self.options);
        let answer = call.answer(built, self.decode.plain);
        let response = answer.await.map_err(of_call)?;
        let came = CameWith::of(response.headers(), own);
        let problems = response.problems().clone();
        let mut known = Facts::default();
        let response = response.map(|listing| {
            let (page, facts) = Page::new(listing, problems, at, self.place(), came);
            known = facts;
            page
        });
        Ok((response, known))
    }

    /// The request for a page, and the names of its parameters but those that name the page.
    fn request(&self, paging: &Paging) -> Result<(PreparedRequest, Vec<String>), Error> {
        let sent = Paging {
            page: paging.sent_page(),
            per_page: paging.per_page,
            query: Vec::new(),
        };
        if paging.per_page == Some(0) || (sent.page == Some(0) && paging == &self.start.paging) {
            return Err(Error::new(ErrorKind::InvalidRequest)
                .with_detail("pages and their sizes count from 1"));
        }
        let mut built = (self.build)(self.business.client(), self.filter.clone(), sent)?;
        let url = built.request.url_mut();
        let own = names::own(url, self.options.query());
        names::add(url, &paging.query);
        self.business.core().parameters.apply(url);
        Ok((built, own))
    }

    /// Every page, one after the other.
    ///
    /// A list ends on an empty page, on a page of which no element is new, on a page that the server does not find, or
    /// because the server says so. A server that says nothing of pages is asked for the next one behind ten elements or more.
    /// Empty pages of which the server says that more follow are passed over, up to ten in a row. If elements are missing, the
    /// last item is an error of kind [`ErrorKind::Incomplete`]: fewer came than the server's total, the total fell meanwhile,
    /// or a page that the server announced brings nothing new or does not exist. What no client can know: a server without
    /// any paging member that ignores `page` looks like one whose list ends.
    ///
    /// If elements are added while numbered pages are read, those behind them move on, and some come twice; if elements are
    /// taken away, some may not come. After an error, go on with [`resume`](Self::resume) from [`Pages::resume_token`].
    pub fn pages(self) -> Pages<T> {
        let (place, prefetch) = (self.place(), self.prefetch);
        let walk = Walk::new(self.start.clone(), self.accepts_incomplete);
        let list = Arc::new(self);
        let fetch = move |at| -> BoxFuture<'static, _> {
            let list = list.clone();
            Box::pin(async move {
                let (response, facts) = list.fetch(at).await?;
                let facts = facts.with_marks(response.raw_body());
                Ok((response.into_inner(), facts))
            })
        };
        Pages::new(Arc::new(fetch), place, walk, prefetch)
    }

    /// Every item of every page; see [`pages`](Self::pages). A broken element is an error of kind
    /// [`ErrorKind::BrokenElement`]; the stream goes on after it.
    pub fn stream(self) -> ItemStream<T> {
        let skip = self.start.taken;
        ItemStream::new(self.pages(), skip)
    }

    /// All items of all pages, in memory; see [`pages`](Self::pages).
    ///
    /// # Errors
    ///
    /// Those of the operation, and [`ErrorKind::Incomplete`], with what came before: [`Interrupted`] becomes an [`Error`] by
    /// `?`. Broken elements are not one of them: [`Collected::broken`] has them. For a list that may be large use
    /// [`stream`](Self::stream).
    pub async fn collect_all(self) -> Result<Collected<T>, Interrupted<T>> {
        Collected::of(self.pages()).await
    }
}

impl<T, F> IntoFuture for List<T, F>
where
    T: Send + 'static,
    F: Clone + Send + Sync + 'static,
{
    type Output = Result<Page<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.response().await?.into_inner()) })
    }
}

impl<T, F: Clone> Clone for List<T, F> {
    fn clone(&self) -> Self {
        Self {
            business: self.business.clone(),
            operation: self.operation,
            filter: self.filter.clone(),
            start: self.start.clone(),
            build: self.build,
            decode: self.decode,
            options: self.options.clone(),
            prefetch: self.prefetch,
            accepts_incomplete: self.accepts_incomplete,
            filter_json: self.filter_json,
        }
    }
}

impl<T, F> fmt::Debug for List<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("operation", &self.operation)
            .field("business", self.business.id())
            .field("paging", &self.start.paging)
            .finish_non_exhaustive()
    }
}
