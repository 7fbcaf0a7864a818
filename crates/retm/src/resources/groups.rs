//! Groups of products.

use futures::future::BoxFuture;
use retm_types::{Group, Listing, Product};

use super::{get, list, paged};
use crate::business::Business;
use crate::error::Error;
use crate::list::List;
use crate::request::{Request, check_id};
use crate::transport::{built, decode};

/// Groups of products.
#[derive(Clone, Debug)]
pub struct Groups(pub(super) Business);

impl Groups {
    /// Lists the groups (`list_groups`; exists: documented, the rest assumed).
    pub fn list(&self) -> List<Group> {
        list!(&self.0, list_groups)
    }

    /// Returns one group with the first page of its products (`get_group`, documented path, body assumed like a category's).
    /// [`products`](Self::products) pages through all of them.
    pub fn get(&self, id: impl ToString) -> Request<String, Group> {
        get!(&self.0, get_group, id)
    }

    /// Returns one group, or `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for a group that does not exist.
    pub fn get_opt(&self, id: impl ToString) -> BoxFuture<'static, Result<Option<Group>, Error>> {
        Box::pin(self.get(id).optional())
    }

    /// Lists the products of one group (`get_group`, documented path, body assumed like a category's), page by page like any list.
    pub fn products(&self, id: impl ToString) -> List<Product, String> {
        List::new(
            &self.0,
            "get_group",
            id.to_string(),
            |client, id, paging| {
                check_id(&id)?;
                built(paged!(client.get_group().id(id), paging).request())
            },
            |captured| Ok(products(decode(captured)?)),
        )
    }
}

fn products(group: Group) -> Listing<Product> {
    group.products.unwrap_or_default()
}
