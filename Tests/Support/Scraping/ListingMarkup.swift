import Fetching
import Foundation
import Time

package let site = Site("https://www.wwoz.org") ?? Site.unknown

extension Site {
  fileprivate static var unknown: Site { preconditionFailure("a plain address must make a site") }
}

/// Returns a row in the markup of the Livewire calendar. The texts are raw markup.
package func makeRow(
  artist: String = "Big Example", link: String? = "/events/1056901",
  when: String? = "Friday,  May 31\n      at\n\n      3:00pm",
  month: String = "May", day: String = "31"
) -> String {
  let name = link.map { "<a href=\"\($0)\">\n        \(artist)      </a>" } ?? artist
  let paragraph = when.map { "<p>\n      \($0)    </p>" } ?? ""
  return """
    <div class="row">
      <div class="col-xs-2 calendar-page">
            <div class="month">
          \(month)    </div>


        <div class="day">
          \(day)    </div>
          </div>


      <div class="col-xs-10 calendar-info">
        <p class="truncate">
          \(name)
        </p>

        \(paragraph)

              <hr />
          </div>
    </div>
    """
}

/// Returns a venue's panel.
package func makePanel(
  venue: String = "Example Hall", link: String? = "/organizations/example-hall", rows: [String] = [makeRow()]
) -> String {
  let title = link.map { "<a href=\"\($0)\">\n        \(venue)      </a>  " } ?? venue
  return """
          <div class="panel panel-default">
      <div class="panel-heading">
        <h3 class="panel-title">
          \(title)
        </h3>
      </div>

      <div class="panel-body">
    \(rows.joined(separator: "\n"))
          </div>
    </div>
    """
}

/// Returns a page of the calendar. Nil leaves out one of the places that name its day.
package func makeListing(
  _ panels: [String] = [makePanel()], heading: String? = "Friday, May 31, 2024", current: String? = "2024-05-31",
  previous: String = "2024-05-30", next: String = "2024-06-01", charset: String = "utf-8"
) -> String {
  let headingDate = heading.map { "<span class=\"heading-date\">\n          \($0)        </span>" } ?? ""
  let widget = current.map { "<div id=\"livewire-calendar-widget\" data-current-date=\"\($0)\"></div>" } ?? ""
  return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
      <meta charset="\(charset)"><script type="text/javascript">(()=>{var e="</a>",t={a:1<2&&3}})()</script>
      <title>
        Livewire Music Calendar® | Example  </title>
    </head>
    <body class="html not-front not-logged-in no-sidebars page-calendar page-calendar-livewire-music" >
    <a href="/events/1" class="dropdown">Events & more</a>
      <div class="region region-content">
        <section id="block-system-main"
         class="block block-system clearfix">
            <h2 class="block-title">
              </h2>
      <div class="livewire-calendar">
      <div class="row margin-bottom-lg margin-top-md margin-horizontal-none">
        <div class="col-xs-1 livewire-sort-arrows"><a href="?date=\(previous)"><i class="fa fa-arrow-left"></i></a></div>
        <div class="col-xs-10 text-center">
          <span class="livewire-sort-heading">
            Events by venue for
            \(headingDate)
          </span>
        </div>
        <div class="col-xs-1 pull-right livewire-sort-arrows"><a href="?date=\(next)"><i class="fa fa-arrow-right"></i></a></div>
      </div>
      <div class="row">
        <div class="margin-bottom-lg col-md-5 col-md-push-7 livewire-sidebar">
          <div class="text-center">
            <div class="panel panel-default">
              <div class="panel-body">
                \(widget)
                <p class="margin-top-md">Find events by <a href="/venues">Music Venue</a></p> <hr/>
                <p><a href="/submitting-events-livewire-music-calendar">Submit your music events</a></p>
              </div>
            </div>
          </div>
        </div>
        <div class="margin-bottom-lg col-md-7 col-md-pull-5 livewire-listing">
          <div class="">
    \(panels.joined(separator: "\n"))
          </div>
        </div>
      </div>
    </div>
    </section>
      </div>
      <footer class="footer container"><a href="http://example.com/?a=1&b=2">Listen</a></footer>
      <script type="text/javascript">window.x=1</script></body>


    </html>
    """
}

package func makePage(_ html: String) -> Page { Page(Data(html.utf8), charset: "utf-8") }

extension Page {
  /// A page received at eight in the morning, UTC.
  package init(_ body: Data, charset: String? = nil) {
    self.init(body, charset: charset, validated: Date(timeIntervalSince1970: 1_717_142_400))
  }
}

package func day(_ text: String) throws -> CalendarDate {
  guard let date = CalendarDate(text) else { throw NoSuchDay(text: text) }
  return date
}

package struct NoSuchDay: Error {
  let text: String
}
