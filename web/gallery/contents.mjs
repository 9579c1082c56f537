// contents.mjs: what the gallery's overlays hold: offers of every kind that a visitor may meet, in ten scripts and sizes.
// Knows no viewport and no browser. Every brand in here is fictional.
// SPDX-License-Identifier: MIT

// [brand, headline, call to action, picture]
const english = [
  ['Brightwater', 'A euro account in your own name, whichever passport you hold', 'Open an account', 'brightwater'],
  ['Coinharbour', 'Buy your first bitcoin from €10, with every fee shown before you pay', 'See today’s fees', 'coinharbour'],
  ['Pinecrest Credit', 'Build a credit history from nothing: no deposit, no hidden interest', 'Check eligibility', 'pinecrest'],
  ['Lanternfilm', 'Two thousand independent films, and the first month is on us', 'Start watching', 'lanternfilm'],
  ['Northbound Supply', 'Weatherproof bags for people who cycle to work, with 60 days to return them', 'Shop the range', 'northbound'],
  ['Halftime', 'Live tables and form guides', 'See this week', 'halftime'],
  ['Velvet Table', 'Live roulette with limits that you set before you sit down', 'Take a seat', 'velvet'],
  ['Ledgerleaf', 'Every wallet and exchange in one calm tax report', 'Try it free', 'ledgerleaf'],
  ['Oat & Ember', 'Coffee roasted on Tuesday, at your door by Friday', 'Get 20 % off', null],
  ['Matchday Plus', 'Every second-division match, live, on any screen you own', 'See the fixtures', 'matchday'],
  ['Atlas eSIM', 'Data in 140 countries without a contract', 'Choose a plan', null],
  ['Greenline Energy', 'Switch to green power in five minutes', 'Compare', null],
];

const german = [
  ['Donaudampfschifffahrtskasse', 'Rechtsschutzversicherungsgesellschaften im Vergleich: Kraftfahrzeughaftpflicht inklusive', 'Jetzt vergleichen', null],
  ['www.sehr-lange-adresse.example', 'https://angebote.sehr-lange-adresse.example/fruehling/konto-eroeffnen?aktion=2026', 'Weiter', 'northbound'],
  ['Brillenwerk', 'Kurz gesagt: gut.', 'Ansehen', 'halftime'],
];

const japanese = [
  ['みなと銀行', '月額手数料無料の普通預金口座を、スマートフォンから最短八分で開設できます', '口座を開設する', 'brightwater'],
  ['ハーフタイム', '今週末の全試合の順位表とデータをライブで', '今すぐ見る', 'halftime'],
  ['灯影シネマ', '独立系映画二千本が最初のひと月は無料', '視聴を始める', null],
];
const chinese = [
  ['海港银行', '无月费活期账户，八分钟内即可在手机上开立，支持多种货币', '立即开户', 'brightwater'],
  ['中场', '本周末所有联赛的实时积分榜与数据', '立即查看', 'halftime'],
  ['灯影影院', '两千部独立电影，首月免费', '开始观看', null],
];
const korean = [
  ['항구은행', '월 수수료 없는 입출금 계좌를 스마트폰에서 8분 만에 개설하세요', '계좌 만들기', 'brightwater'],
  ['하프타임', '이번 주말 모든 리그의 실시간 순위와 기록', '지금 보기', 'halftime'],
  ['등불시네마', '독립영화 이천 편, 첫 달은 무료', '시청 시작', null],
];
const arabic = [
  ['بنك الميناء', 'حساب جارٍ بلا رسوم شهرية يُفتح في ثماني دقائق من هاتفك', 'افتح حسابك', 'brightwater'],
  ['نصف الوقت', 'جداول مباشرة وتحليلات لكل دوري تتابعه', 'شاهد هذا الأسبوع', 'halftime'],
  ['فانوس فيلم', 'ألفا فيلم مستقل والشهر الأول مجاني', 'ابدأ المشاهدة', null],
  ['Northbound', 'حقائب مقاومة للمطر لمن يذهبون إلى العمل بالدراجة، مع 60 يومًا للإرجاع', 'تسوّق الآن', 'northbound'],
  ['ورقة الدفتر', 'كل المحافظ في تقرير واحد', 'جرّب مجانًا', null],
];
const hebrew = [
  ['בנק הנמל', 'חשבון עובר ושב ללא עמלה חודשית, נפתח בשמונה דקות מהטלפון', 'פתיחת חשבון', 'brightwater'],
  ['מחצית', 'טבלאות חיות לכל ליגה שאתם עוקבים אחריה', 'לצפייה השבוע', 'halftime'],
  ['פנס סרטים', 'אלפיים סרטים עצמאיים, החודש הראשון חינם', 'להתחיל לצפות', null],
];
const emoji = [
  ['🌊 Brightwater', 'Save 💶 with friends 👩‍👩‍👧‍👦 — no fees, no tricks 🎩', 'Let’s go 🚀', null],
  ['Café ☕️', 'Roasted on Tuesday 🔥 at your door by Friday 📦🚚💨', '20 % off 🎉', null],
  ['⚽️ Halftime', '🏆🥅📊', 'Watch 👀', 'halftime'],
];

const pictureless = (rows) => rows.map(([brand, headline, cta]) => [brand, headline, cta, null]);
const broken = (rows) => rows.map(([brand, headline, cta]) => [brand, headline, cta, 'missing']);
const plain = { premium: 0 };
const withSupport = { support: ['Ask our team for help', 'https://larkfield.example/help'] };

// By name: offers, how many of them are premium, language of the page, support contact of the site.
export const contents = {
  one: { offers: english.slice(0, 1), premium: 1 },
  'one plain': { offers: english.slice(8, 9), ...plain },
  two: { offers: english.slice(0, 2), premium: 1 },
  three: { offers: english.slice(0, 3), premium: 1 },
  five: { offers: english.slice(0, 5), premium: 2, ...withSupport },
  'five plain': { offers: english.slice(2, 7), ...plain },
  twelve: { offers: english, premium: 2, ...withSupport },
  'no pictures': { offers: pictureless(english.slice(0, 5)), premium: 2 },
  'broken pictures': { offers: broken(english.slice(0, 3)), premium: 1 },
  'long words': { offers: german, language: 'de', premium: 1, support: ['Kundendienstzentrale für Kontoeröffnungsangelegenheiten', 'https://larkfield.example/hilfe'] },
  Japanese: { offers: japanese, language: 'ja', premium: 1 },
  Chinese: { offers: chinese, language: 'zh', premium: 1 },
  Korean: { offers: korean, language: 'ko', premium: 1 },
  Arabic: { offers: arabic, language: 'ar', premium: 2, support: ['تواصل مع فريقنا', 'https://larkfield.example/help'] },
  Hebrew: { offers: hebrew, language: 'he', premium: 1 },
  emoji: { offers: emoji, premium: 1 },
};

// The content as `retarget offer add` takes it, best paid first, so that the server shows it in this order. Pictures are
// files of web/demo/images, at `origin`; there is none called "missing".
export function offersOf({ offers, premium }, origin) {
  return offers.map(([brand, headline, cta, picture], i) => ({
    brand,
    headline,
    cta,
    image: picture && `${origin}/images/${picture}.svg`,
    landing: `${origin}/landing?click={clickId}`,
    vertical: 'finance',
    model: 'cpc',
    premium: i < premium,
    rates: { '*': Math.round(50_000_000 / 2 ** i) },
  }));
}
