//! The menu.

use retm_types::Menu;

use crate::business::Business;
use crate::request::Request;

/// The menu of a business.
#[derive(Clone, Debug)]
pub struct MenuResource(pub(super) Business);

impl MenuResource {
    /// The whole menu (`get_menu`; exists: documented, the rest assumed; not paged).
    pub fn get(&self) -> Request<(), Menu> {
        Request::new(&self.0, "get_menu", (), |client, ()| {
            Box::pin(async move { client.get_menu().send().await })
        })
    }
}
