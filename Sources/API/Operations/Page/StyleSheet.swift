import Cryptography
import FoundationEssentials

/// The style of the page. It has no URL and no font of its own: the page loads nothing.
enum StyleSheet {
  static let text =
    ":root{color-scheme:light dark;\(Palette.light.declarations)}"
    + "@media(prefers-color-scheme:dark){:root{\(Palette.dark.declarations)}}" + base + tables + calendar + charts
    + narrow

  /// The source that the Content-Security-Policy allows: `sha256-…`.
  static let source: String = {
    // The library fails only without memory; the page is then shown without a style.
    guard let digest = try? Digest(of: Data(text.utf8)) else { return "" }
    return "'sha256-\(digest.base64)'"
  }()

  private static let base = """
    *{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
    main,header,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
    header{padding-top:1.25rem}footer{padding-top:2rem;padding-bottom:2rem;font-size:.875rem}
    h1{font-size:1.125rem;margin:0}h2{font-size:1.25rem;margin:2.5rem 0 .75rem}h3{font-size:1rem;margin:1.5rem 0 .5rem}
    p{margin:.25rem 0}a{color:var(--info)}:focus-visible{outline:3px solid var(--info);outline-offset:2px}
    .muted{color:var(--muted);font-weight:400}.hidden{position:absolute;left:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .verdict{border-radius:.75rem;padding:1.25rem;margin-top:1rem;border-left:.5rem solid}
    .verdict h2{margin:0;font-size:1.6rem;line-height:1.25}.verdict h3{margin:1.25rem 0 .25rem;font-size:1.125rem}
    .verdict.good{background:var(--good-soft);border-color:var(--good)}.verdict.good h2{color:var(--good)}
    .verdict.bad{background:var(--bad-soft);border-color:var(--bad)}.verdict.bad h2{color:var(--bad)}
    .verdict.none{background:var(--none-soft);border-color:var(--none)}
    .cause{overflow-wrap:anywhere}
    .next{display:flex;gap:.6rem;align-items:baseline;margin:.5rem 0 0}.next b{color:var(--muted)}
    code{font:.9375rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
    code,code span{unicode-bidi:isolate-override}code span{display:inline-block;max-width:100%}
    .next code{background:var(--card);border:1px solid var(--line);border-radius:.375rem;padding:.3rem .6rem;user-select:all}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin:1rem 0 0}
    .remarks{padding-left:1.25rem}.remarks li{margin:.5rem 0}
    .tag{display:inline-block;border-radius:1rem;padding:0 .6rem;font-weight:600;font-size:.875rem;white-space:nowrap}

    """ + tones

  /// A soft ground with a strong text for each tone.
  private static let tones = Palette.Tone.allCases.map { tone in
    ".tag.\(tone),.day.\(tone){background:var(--\(tone)-soft);color:var(--\(tone))}.bar.\(tone){fill:var(--\(tone))}\n"
  }.joined()

  private static let tables = """
    .wide{overflow-x:auto;position:relative;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}caption{text-align:left;padding:.5rem .75rem}
    th,td{text-align:left;vertical-align:top;padding:.45rem .75rem;border-bottom:1px solid var(--line)}
    thead th{color:var(--muted);font-weight:600;font-size:.875rem;white-space:nowrap}tbody tr:last-child>*{border-bottom:0}
    tbody th{font-weight:600}.right{text-align:right}td.right{white-space:nowrap}time,.date{white-space:nowrap}.run{display:inline-block;overflow-wrap:anywhere;min-width:min(20rem,42vw)}
    tr:has(+.note)>*{border-bottom:0}.note td{padding-top:0;padding-left:1.5rem}
    details{margin-top:.5rem}summary{cursor:pointer;color:var(--info);width:fit-content}
    details table{font-size:.9375rem}.fold{margin-top:.5rem}.fold a,summary{padding:.125rem 0}

    """

  private static let calendar = """
    .calendar{table-layout:fixed}.calendar th{text-align:center;padding:.35rem}
    .calendar td{border:3px solid var(--card);border-radius:.5rem;padding:.35rem .5rem;height:3.9rem;line-height:1.3}
    .day b,.day .state{display:block}.day .count{color:var(--text);float:right}
    .day .state{font-size:.8125rem;font-weight:600}.day b{color:var(--text);display:inline}
    .calendar td.today{outline:2px solid var(--text);outline-offset:-4px}
    .legend{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;padding:0;margin:.75rem 0;list-style:none;font-size:.875rem}

    """

  private static let charts = """
    .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15.5rem),1fr));gap:1rem;align-items:start}
    .charts.across{grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr))}
    figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem;min-width:0}
    figcaption{font-weight:600}svg{display:block;width:100%;height:auto;margin-top:.5rem}
    svg text{font:12px system-ui,sans-serif;fill:var(--muted)}svg line{stroke:var(--line)}

    """

  private static let narrow = """
    @media(max-width:40rem){main,header,footer{padding-left:.75rem;padding-right:.75rem}.extra{display:none}
    th,td{padding:.4rem .4rem}.verdict{padding:1rem}.verdict h2{font-size:1.35rem}.note td{padding-left:.5rem}
    .calendar td{padding:.2rem;height:3.4rem;text-align:center}.day .count{float:none;display:block;font-size:.8125rem}
    .day .word{position:absolute;left:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .next{display:block}time,td .tag{white-space:normal}tbody th{overflow-wrap:anywhere}.next code{display:block}}
    @media print{.next code{user-select:auto}details:not([open])>*{display:block}}
    """
}
