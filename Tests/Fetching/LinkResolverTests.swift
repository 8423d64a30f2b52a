import ScrapingSupport
import Testing

@testable import Fetching

struct LinkResolverTests {
  private func path(_ link: String, on page: String = "/calendar/livewire-music?date=2024-05-31", base: String? = nil)
    -> String?
  {
    LinkResolver(site, page: page, baseHref: base).path(of: link)
  }

  @Test(
    "Every spelling of an address is one address",
    arguments: [
      "/events/1", "/events/1/", "/events/1//", "/events/1?utm_source=newsletter&utm_medium=email",
      "/events/1/?fbclid=x#top", "/events/1?", "/events/1#", " /events/1\n", "HTTP://WWW.WWOZ.org:80/events/1",
      "https://www.wwoz.org:443/events/1", "http://www.wwoz.org/events/1", "https://www.wwoz.org:/events/1",
      "//WWW.wwoz.org/events/1", "/events/./1", "/x/../events/1", "/../../events/1", "/events/x/../1/.",
      "/events/%31", "/%65vents/1", "/events/%2E/1", "/x/%2e%2E/events/1", "/eve\nnts/1", "/ev\tents\r/1",
      "\\events\\1", "/events/1;jsessionid=0A1B", "/events/1;PHPSESSID=x?_ga=1", "/events/1?PHPSESSID=0a1b",
      "/events/1?UTM_Source=x&amp;utm_campaign=y", "/events/1?utm%5Fsource=x", "https:/events/1",
      "https:\\\\www.wwoz.org/events/1",
      "http:www.wwoz.org/events/1", "../events/1", "../x/.././events/1",
    ])
  func oneSpelling(link: String) {
    #expect(path(link) == "/events/1")
  }

  @Test("Parameters that choose a page stay, in their order")
  func parameters() {
    #expect(path("/events/1?b=2&a=1&utm_id=9&page=3") == "/events/1?b=2&a=1&page=3")
    #expect(path("/search?q=caf%c3%a9&gclid=1") == "/search?q=caf%C3%A9")
    #expect(path("/events/1?refs=1&sourced=2&fbclidx") == "/events/1?refs=1&sourced=2&fbclidx")
  }

  @Test("Percent-encoding is normal: digits are capitals, and what needs no escape has none")
  func encoding() {
    #expect(path("/organizations/café du monde") == "/organizations/caf%C3%A9%20du%20monde")
    #expect(path("/organizations/caf%c3%a9%20du%20monde") == "/organizations/caf%C3%A9%20du%20monde")
    #expect(path("/events/a%2fb") == "/events/a%2Fb")
    #expect(path("/events/%7E%2D%5f%zz") == "/events/~-_%25zz")
    #expect(path("/events/%%36%31") == "/events/%2561")
  }

  @Test("Relative links begin at the page, and a query alone is one of the page")
  func relative() {
    #expect(path("1", on: "/events/2") == "/events/1")
    #expect(path("events/1", on: "/") == "/events/1")
    #expect(path("1", on: "/events/") == "/events/1")
    #expect(path("?page=1") == "/calendar/livewire-music?page=1")
    #expect(path("") == "/calendar/livewire-music?date=2024-05-31")
    #expect(path("#top") == "/calendar/livewire-music?date=2024-05-31")
  }

  @Test("The base of a page is where its links begin")
  func base() {
    #expect(path("events/1", base: "/") == "/events/1")
    #expect(path("1", base: "https://www.wwoz.org/events/") == "/events/1")
    #expect(path("1", base: "../events/") == "/events/1")
    #expect(path("/events/1", base: "/deep/er/") == "/events/1")
    #expect(path("events/1", base: "javascript:void(0)") == "/calendar/events/1")
    #expect(path("events/1", base: "https://example.com/") == nil)
    #expect(path("/events/1", base: "https://example.com/") == nil)
    #expect(path("https://www.wwoz.org/events/1", base: "https://example.com/") == "/events/1")
  }

  @Test(
    "A link that leads elsewhere has no path",
    arguments: [
      "https://example.com/events/1", "//example.com/events/1", "///example.com/events/1", "\\\\example.com/events/1",
      "https://www.wwoz.org.example.com/events/1", "https://www.wwoz.org:8443/events/1",
      "http://www.wwoz.org:443/events/1", "https://user@www.wwoz.org/events/1", "https://user:x@www.wwoz.org/events/1",
      "https://www.wwoz.org@example.com/events/1", "https://example.com\\@www.wwoz.org/events/1",
      "javascript:alert(1)", "mailto:a@wwoz.org", "tel:5045550100", "ftp://www.wwoz.org/events/1", "https://",
      "java\nscript:alert(1)", "https://www.wwoz.org:port/events/1", "/.//example.com/events/1",
    ])
  func elsewhere(link: String) {
    #expect(path(link) == nil)
  }

  @Test("The port belongs to the site, except the scheme's own")
  func port() throws {
    let site = try #require(Site("http://127.0.0.1:8099"))
    let links = LinkResolver(site, page: "/")
    #expect(links.path(of: "http://127.0.0.1:8099/events/1/") == "/events/1")
    #expect(links.path(of: "HTTP://127.0.0.1:08099/events/1") == "/events/1")
    #expect(links.path(of: "http://127.0.0.1/events/1") == nil)
    let plain = try #require(Site("http://[::1]:80"))
    #expect(LinkResolver(plain, page: "/").path(of: "http://[::1]/events/1") == "/events/1")
  }

  @Test("A path leads to itself, and to the same page when it is requested")
  func stable() {
    for link in ["/", "/events/1", "/a/b?x=%20&y=é", "/%25/%2F", "/a;b=1/c", "/a?b=/../c", "/a?b?c", "/ä/ü"] {
      let found = path(link)
      #expect(found.flatMap { path($0) } == found, "\(link)")
      #expect(found.map(site.url(of:)).flatMap { path($0) } == found, "\(link)")
      #expect(found.map(site.url(of:)).flatMap(site.path(of:)) == found, "\(link)")
    }
  }
}
