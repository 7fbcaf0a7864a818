//! A list: one page of it, a stream of its pages or items, or all of it.

use std::collections::HashSet;
use std::fmt;
use std::future::IntoFuture;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
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
use crate::transport::{CallTransport, Sent};

/// Which page to ask for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Paging {
    pub(crate) page: Option<u64>,
    pub(crate) per_page: Option<u64>,
}

type Answer<T> = BoxFuture<'static, Result<Response<Listing<T>>, Error>>;
pub(crate) type ListFn<T, F> = fn(CallTransport, F, Paging) -> Answer<T>;

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
    send: ListFn<T, F>,
    options: CallOptions,
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
        send: ListFn<T, F>,
    ) -> Self {
        Self {
            business: business.clone(),
            operation,
            filter,
            paging: Paging::default(),
            send,
            options: CallOptions::default(),
        }
    }

    call_options!();

    /// The page to give, or to start with; the first by default.
    pub fn page(mut self, page: u64) -> Self {
        self.paging.page = Some(page);
        self
    }

    /// How many items a page should have; the server's choice by default.
    pub fn per_page(mut self, per_page: u64) -> Self {
        self.paging.per_page = Some(per_page);
        self
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
                (self.send)(
                    self.business.call(&self.options),
                    self.filter.clone(),
                    paging,
                )
                .await
            }
        };
        match answer {
            Ok(response) => {
                Ok(response.map(|listing| Page::new(listing, paging.page.unwrap_or(1))))
            }
            Err(error) => Err(error.of_call(self.operation, self.business.id())),
        }
    }

    /// Every page, one after the other. Ends by the server's word, on an empty page, and before a page
    /// that has come already, by its elements or by its number: a server that ignores `page` does not
    /// loop for ever. After an error, go on with [`page`](Self::page) from the page that failed.
    pub fn pages(self) -> BoxStream<'static, Result<Page<T>, Error>> {
        let first = self.paging;
        let seen = HashSet::new();
        stream::try_unfold(
            (self, Some(first), seen),
            |(list, paging, mut seen)| async move {
                let Some(paging) = paging else {
                    return Ok(None);
                };
                let response = list.fetch(paging).await?;
                let new = seen.insert(fingerprint(response.raw_body()));
                let page = response.into_inner();
                if !new || (seen.len() > 1 && page.is_earlier()) {
                    return Ok(None);
                }
                let next = page.next().map(|number| Paging {
                    page: Some(number),
                    ..paging
                });
                Ok(Some((page, (list, next, seen))))
            },
        )
        .boxed()
    }

    /// Every item of every page. A broken element is an error of kind
    /// [`ErrorKind::BrokenElement`]; the stream goes on after it.
    pub fn stream(self) -> BoxStream<'static, Result<T, Error>> {
        let (operation, business) = (self.operation, self.business.id().clone());
        self.pages()
            .map_ok(move |page| {
                let business = business.clone();
                let (items, broken) = page.into_parts();
                let broken = broken
                    .into_iter()
                    .map(move |broken| Err(broken_element(&broken).of_call(operation, &business)));
                stream::iter(items.into_iter().map(Ok).chain(broken))
            })
            .try_flatten()
            .boxed()
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

fn broken_element(broken: &Broken) -> Error {
    Error::new(ErrorKind::BrokenElement)
        .with_detail(format!("element {}: {}", broken.index(), broken.error()))
        .with_raw(Bytes::copy_from_slice(broken.raw().get().as_bytes()))
}

/// Sends through a call and takes its outcome, for the functions that a [`List`] is made with.
pub(crate) async fn send<T, U, S>(
    call: CallTransport,
    send: impl FnOnce(Client) -> S,
    listing: fn(T) -> Listing<U>,
) -> Result<Response<Listing<U>>, Error>
where
    T: DeserializeOwned + Serialize,
    S: Future<Output = Sent<T>>,
{
    let sent = send(call.client()).await;
    Ok(call.finish(sent)?.map(listing))
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
            send: self.send,
            options: self.options.clone(),
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
