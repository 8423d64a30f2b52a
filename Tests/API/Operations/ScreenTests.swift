import Foundation
import OperationsPage
import Testing

/// Pages as a browser shows them. `make screens` installs Chromium, runs these tests, and keeps the pictures.
@Suite(
  "Screens of the operators' page", .enabled(if: Chromium.isAsked, "they need Chromium: make screens"), .serialized
)
struct ScreenTests {
  private static let cases = SampleReports.all.map(\.name).flatMap { name in
    Chromium.Screen.all.map { (name, $0) }
  }

  /// Writes into the title: the width and the height that the content needs, the lower end of the first command, the
  /// number of loaded resources, of tables that are cut and not folded, and of texts whose contrast is under AA, with
  /// their places.
  private static let script = """
    const lum=c=>{const v=c.map(x=>{x/=255;return x<=.04045?x/12.92:((x+.055)/1.055)**2.4});
      return .2126*v[0]+.7152*v[1]+.0722*v[2]};
    const rgb=t=>t.match(/[\\d.]+/g).map(Number);
    const ground=e=>{for(;e;e=e.parentElement){const c=rgb(getComputedStyle(e).backgroundColor);
      if(c.length===3||c[3]===1)return c.slice(0,3)}return[255,255,255]};
    let low=[];
    for(const e of document.body.querySelectorAll('*')){
      if(e.closest('svg')||e.tagName==='SCRIPT'||![...e.childNodes].some(n=>n.nodeType===3&&n.data.trim()))continue;
      const a=lum(rgb(getComputedStyle(e).color).slice(0,3)),b=lum(ground(e));
      if((Math.max(a,b)+.05)/(Math.min(a,b)+.05)<4.5)low.push(e.tagName+'.'+e.className)}
    for(const e of document.querySelectorAll('svg text,svg rect')){
      const a=lum(rgb(getComputedStyle(e).fill).slice(0,3)),b=lum(ground(e.closest('figure')));
      if((Math.max(a,b)+.05)/(Math.min(a,b)+.05)<(e.tagName==='text'?4.5:3))low.push('svg '+e.tagName)}
    const cut=[...document.querySelectorAll('.wide')].filter(e=>!e.closest('details:not([open])')&&e.scrollWidth>e.clientWidth)
      .map(e=>e.getAttribute('aria-label')+':'+e.scrollWidth+'>'+e.clientWidth);
    for(const e of document.querySelectorAll('code span'))
      if(e.textContent.startsWith('--')&&e.offsetHeight>e.parentElement.getClientRects()[0].height*1.5)cut.push(e.textContent);
    const code=document.querySelector('.verdict code');const d=document.documentElement;
    top.document.title=[d.scrollWidth,d.scrollHeight,code?Math.ceil(code.getBoundingClientRect().bottom):0,
      performance.getEntriesByType('resource').length,cut.length,low.length,[...new Set(low),...cut].join(',')].join(' ')
    """.replacing("\n", with: " ")

  @Test("Tables that are open are not wider than the screen", arguments: Chromium.Screen.all)
  func open(screen: Chromium.Screen) throws {
    let page = OperationsPage(SampleReports.outage, reload: .never).bytes
    let open = "for(const e of document.querySelectorAll('details'))e.open=true;"
    let browser = Chromium()
    let measured = try browser.measure(page, "open-\(screen.name)", screen, open + Self.script).split(separator: " ")
    let numbers = measured.prefix(6).compactMap { Int($0) }
    try #require(numbers.count == 6)
    #expect(numbers[0] <= screen.width)
    #expect(numbers[4] == 0, "\(measured.dropFirst(6))")
    #expect(numbers[5] == 0, "\(measured.dropFirst(6))")
    let shown = String(decoding: page, as: UTF8.self).replacing("<details id", with: "<details open=\"open\" id")
    let size = try browser.picture(of: Array(shown.utf8), "open-\(screen.name)", screen, height: numbers[1])
    #expect(size.height == numbers[1])
  }

  @Test("Nothing is wider than the screen, the first command is seen at once, and contrast is AA", arguments: cases)
  func screen(name: String, screen: Chromium.Screen) throws {
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    let page = OperationsPage(report, reload: .bySelf).bytes
    let browser = Chromium()
    let title = "\(name)-\(screen.name)"
    let measured = try browser.measure(page, title, screen, Self.script).split(separator: " ")
    let numbers = measured.prefix(6).compactMap { Int($0) }
    try #require(numbers.count == 6)
    #expect(numbers[0] <= screen.width)
    #expect(numbers[2] <= screen.height * 2 / 3)
    #expect((numbers[2] > 0) == (name != "quiet"))
    #expect(numbers[3] == 0)
    #expect(numbers[4] == 0, "\(measured.dropFirst(6))")
    #expect(numbers[5] == 0, "\(measured.dropFirst(6))")
    let size = try browser.picture(of: page, title, screen, height: numbers[1])
    #expect(size.width == screen.width)
    #expect(size.height == numbers[1])
  }
}
