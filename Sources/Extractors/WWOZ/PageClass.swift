import Markup

/// The class names by which the readers find the parts of a page.
enum PageClass: Int, CaseIterable {
  // Drupal's nodes, and lists of nodes.
  case node, nodeTeaser, viewModeTeaser, viewsRow, searchResult, searchResults
  case nodeOrganization, nodeEvent, nodeArtist
  case content, pageTitle, sidebarFirst, sidebarSecond
  // Fields of a node.
  case fieldItem, thoroughfare, locality, state, postalCode
  case phone, url, status, body, relatedActs, genres
  // The calendar.
  case calendar, listing, sortArrows, headingDate, panel, panelTitle, calendarInfo, calendarPage

  private var name: String {
    switch self {
    case .node: "node"
    case .nodeTeaser: "node-teaser"
    case .viewModeTeaser: "view-mode-teaser"
    case .viewsRow: "views-row"
    case .searchResult: "search-result"
    case .searchResults: "search-results"
    case .nodeOrganization: "node-organization"
    case .nodeEvent: "node-event"
    case .nodeArtist: "node-artist"
    case .content: "content"
    case .pageTitle: "page-title"
    case .sidebarFirst: "region-sidebar-first"
    case .sidebarSecond: "region-sidebar-second"
    case .fieldItem: "field-item"
    case .thoroughfare: "thoroughfare"
    case .locality: "locality"
    case .state: "state"
    case .postalCode: "postal-code"
    case .phone: "field-name-field-phone"
    case .url: "field-name-field-url"
    case .status: "field-name-field-organization-status"
    case .body: "field-name-body"
    case .relatedActs: "field-name-field-related-acts"
    case .genres: "field-name-field-genres"
    case .calendar: "livewire-calendar"
    case .listing: "livewire-listing"
    case .sortArrows: "livewire-sort-arrows"
    case .headingDate: "heading-date"
    case .panel: "panel"
    case .panelTitle: "panel-title"
    case .calendarInfo: "calendar-info"
    case .calendarPage: "calendar-page"
    }
  }

  fileprivate static let names = ClassNames(allCases.map(\.name))
}

extension ClassNames.Found {
  /// Returns true if the element has the class.
  func contains(_ name: PageClass) -> Bool { contains(ClassNames.Found(at: name.rawValue)) }
}

extension Node {
  /// The classes of the element that the readers know.
  var pageClasses: ClassNames.Found { classes(among: PageClass.names) }

  /// Returns true if the element has the class.
  func has(_ name: PageClass) -> Bool { pageClasses.contains(name) }

  /// True for an element whose content a browser does not show.
  var isHidden: Bool { isNamed("script") || isNamed("style") || isNamed("template") || isNamed("noscript") }
}
