import ScrapingSupport
import Testing

@testable import Fetching

struct SiteTests {
  @Test(
    "A site is a scheme and a host",
    arguments: ["https://www.wwoz.org", "https://www.wwoz.org/", "HTTPS://WWW.wwoz.ORG"])
  func origin(address: String) {
    #expect(Site(address)?.origin == "https://www.wwoz.org")
  }

  @Test("The origin includes the port")
  func port() {
    #expect(Site("http://127.0.0.1:8099")?.url(of: "/events/1") == "http://127.0.0.1:8099/events/1")
    #expect(Site("http://[::1]:80")?.origin == "http://[::1]:80")
  }

  @Test(
    "An address that is not an origin is refused",
    arguments: [
      "", "www.wwoz.org", "ftp://www.wwoz.org", "https://", "https:///", "https://www.wwoz.org/calendar",
      "https://www.wwoz.org?x", "https://user@www.wwoz.org", "https://www wwoz.org", "https://www.wwoz.org//",
    ])
  func refused(address: String) {
    #expect(Site(address) == nil)
  }

  @Test(
    "Links of the site become root-relative paths",
    arguments: [
      ("/events/1056901", "/events/1056901"),
      (" \n/events/1 ", "/events/1"),
      ("/events/1#tickets", "/events/1"),
      ("/events/1?a=b&c=d", "/events/1?a=b&c=d"),
      ("/organizations/café du monde", "/organizations/café du monde"),
      ("https://www.wwoz.org/events/1", "/events/1"),
      ("http://WWW.WWOZ.org/events/1", "/events/1"),
      ("//www.wwoz.org/events/1", "/events/1"),
      ("https://www.wwoz.org", "/"),
      ("https://www.wwoz.org?a=b#c", "/?a=b"),
    ])
  func own(link: String, path: String) {
    #expect(site.path(of: link) == path)
  }

  @Test(
    "Other links have no path on the site",
    arguments: [
      "", "#", "#top", "events/1", "?date=2024-05-30", "https://example.com/events/1", "//example.com/events/1",
      "https://www.wwoz.org.example.com/events/1", "https://www.wwoz.org:8443/events/1", "https://x@www.wwoz.org/e",
      "javascript:alert(1)", "mailto:a@wwoz.org", "tel:5045550100", "ftp://www.wwoz.org/events/1",
      "/events/../admin", "/events/./1", "/events\\..\\admin", "/eve\nnts/1", "///x",
    ])
  func foreign(link: String) {
    #expect(site.path(of: link) == nil)
  }

  @Test("An address is percent-encoded where it must be")
  func encoding() {
    #expect(site.url(of: "/a b/é?q=ü&x=%20\"<>") == "https://www.wwoz.org/a%20b/%C3%A9?q=%C3%BC&x=%20%22%3C%3E")
  }
}
