//! A list: one page of it, a stream of its pages or items, or all of it.

mod checkpoint;
mod items;
mod pages;
mod resume;
mod sweep;

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::TryStreamExt;
use retm_client::Client;
use retm_types::{Broken, Listing};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::business::Business;
use crate::error::{Error, ErrorKind};
use crate::fingerprint::fingerprint;
use crate::options::{CallOptions, call_options};
use crate::page::Page;
use crate::response::Response;
use crate::transport::{Built, Decode};
pub use checkpoint::SweepCheckpoint;
pub use items::ItemStream;
pub use pages::Pages;
pub(crate) use resume::Place;
pub use resume::ResumeToken;
pub use sweep::Sweep;

/// Which page to ask for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Paging {
    pub(crate) page: Option<u64>,
    pub(crate) per_page: Option<u64>,
}

impl Paging {
    /// The number of the page, from 1.
    fn number(self) -> u64 {
        self.page.unwrap_or(1)
    }
}

/// Builds the request for a page.
pub(crate) type PageFn<F> = fn(&Client, F, Paging) -> Built;

/// A list that has not been asked for. `.await` gives one page; [`stream`](Self::stream) all items,
/// [`pages`](Self::pages) all pages, [`collect_all`](Self::collect_all) everything at once.
///
/// `F` holds the filters, where the list has some.
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct List<T, F = ()> {
    business: Business,
    operation: &'static str,
    pub(crate) filter: F,
    paging: Paging,
    build: PageFn<F>,
    decode: Decode<Listing<T>>,
    options: CallOptions,
    prefetch: bool,
    /// How many elements of the first page a stream of items passes over.
    skip: u64,
    /// The filters as JSON, which only their digest is made of.
    filter_json: fn(&F) -> Vec<u8>,
}

/// All items of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Collected<T> {
    /// The elements that decoded.
    pub items: Vec<T>,
    /// The elements that did not decode, with their JSON.
    pub broken: Vec<Broken>,
    /// How many pages were read.
    pub pages: usize,
}

impl<T, F> List<T, F> {
    pub(crate) fn new(
        business: &Business,
        operation: &'static str,
        filter: F,
        build: PageFn<F>,
        decode: Decode<Listing<T>>,
    ) -> Self
    where
        F: Serialize,
    {
        Self {
            business: business.clone(),
            operation,
            filter,
            paging: Paging::default(),
            build,
            decode,
            options: CallOptions::default(),
            prefetch: true,
            skip: 0,
            // Texts and codes always have a JSON.
            filter_json: |filter| serde_json::to_vec(filter).unwrap_or_default(),
        }
    }

    call_options!();

    /// The page to give, or to start with; the first by default.
    pub fn page(mut self, page: u64) -> Self {
        self.paging.page = Some(page);
        self.skip = 0;
        self
    }

    /// How many items a page should have; the server's choice by default.
    pub fn per_page(mut self, per_page: u64) -> Self {
        self.paging.per_page = Some(per_page);
        self
    }

    /// Whether [`pages`](Self::pages), [`stream`](Self::stream) and [`collect_all`](Self::collect_all)
    /// fetch the next page while the last one is worked on; on by default.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.prefetch = prefetch;
        self
    }

    /// Goes on where a list was left off. Set filters and page size first: they are compared. The
    /// size of the pages is the token's where none is set.
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
        let position =
            position.map_err(|error| error.of_call(self.operation, self.business.id()))?;
        self.paging = Paging {
            page: Some(position.page),
            per_page: position.per_page,
        };
        self.skip = position.taken;
        Ok(self)
    }

    fn starting_over(mut self) -> Self {
        self.paging.page = None;
        self.skip = 0;
        self
    }

    fn place(&self) -> Place {
        Place {
            operation: self.operation,
            business: self.business.id().clone(),
            filter: (self.filter_json)(&self.filter),
            per_page: self.paging.per_page,
        }
    }
}

impl<T, F> List<T, F>
where
    T: DeserializeOwned + Send + 'static,
    F: Clone + Send + Sync + 'static,
{
    /// Asks for one page; it comes with its status, headers, request id and raw body.
    ///
    /// # Errors
    ///
    /// Those of the operation; see [`Error`]. A broken element is not one of them:
    /// [`Page::broken`] has it.
    pub async fn response(self) -> Result<Response<Page<T>>, Error> {
        self.fetch(self.paging).await
    }

    async fn fetch(&self, paging: Paging) -> Result<Response<Page<T>>, Error> {
        let answer = match paging {
            Paging { page: Some(0), .. }
            | Paging {
                per_page: Some(0), ..
            } => Err(Error::new(ErrorKind::InvalidRequest)
                .with_detail("pages and their sizes count from 1")),
            _ => {
                let request = (self.build)(self.business.client(), self.filter.clone(), paging);
                let call = self.business.call(&self.options);
                call.answer(request, self.decode).await
            }
        };
        match answer {
            Ok(response) => {
                Ok(response.map(|listing| Page::new(listing, paging.number(), self.place())))
            }
            Err(error) => Err(error.of_call(self.operation, self.business.id())),
        }
    }

    /// Every page, one after the other. Ends by the server's word, on an empty page, and before a page
    /// that has come already, by its elements or by its number: a server that ignores `page` does not
    /// loop for ever. After an error, go on with [`resume`](Self::resume) from
    /// [`Pages::resume_token`].
    pub fn pages(self) -> Pages<T> {
        let (place, first, prefetch) = (self.place(), self.paging, self.prefetch);
        let list = Arc::new(self);
        let fetch = move |paging| -> BoxFuture<'static, _> {
            let list = list.clone();
            Box::pin(async move {
                let response = list.fetch(paging).await?;
                let fingerprint = fingerprint(response.raw_body());
                Ok((response.into_inner(), fingerprint))
            })
        };
        Pages::new(Arc::new(fetch), place, first, prefetch)
    }

    /// Every item of every page. A broken element is an error of kind
    /// [`ErrorKind::BrokenElement`]; the stream goes on after it.
    pub fn stream(self) -> ItemStream<T> {
        let (business, skip) = (self.business.id().clone(), self.skip);
        ItemStream::new(self.pages(), business, skip)
    }

    /// All items of all pages, in memory.
    ///
    /// # Errors
    ///
    /// Those of the operation. Broken elements are not one of them: [`Collected::broken`] has them.
    /// For a list that may be large use [`stream`](Self::stream).
    pub async fn collect_all(self) -> Result<Collected<T>, Error> {
        let all = Collected {
            items: Vec::new(),
            broken: Vec::new(),
            pages: 0,
        };
        self.pages()
            .try_fold(all, |mut all, page| async move {
                let (items, broken) = page.into_parts();
                all.items.extend(items);
                all.broken.extend(broken);
                all.pages += 1;
                Ok(all)
            })
            .await
    }
}

impl<T, F> IntoFuture for List<T, F>
where
    T: DeserializeOwned + Send + 'static,
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
            paging: self.paging,
            build: self.build,
            decode: self.decode,
            options: self.options.clone(),
            prefetch: self.prefetch,
            skip: self.skip,
            filter_json: self.filter_json,
        }
    }
}

impl<T, F> fmt::Debug for List<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("operation", &self.operation)
            .field("business", self.business.id())
            .field("paging", &self.paging)
            .finish_non_exhaustive()
    }
}
