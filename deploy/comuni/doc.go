// Package comuni owns the data file of the 61 Comuni of the Ambito of Lodi:
// ISTAT and cadastral codes, name, province, residents at the census of 2011,
// and the body that manages social services for the Comune in association.
// Package person reads it.
//
// Codes and residents come from the public register of Italian Comuni of
// February 2020: the 60 Comuni of the province of Lodi and San Colombano al
// Lambro, which is in the province of Milano. Castelgerundo exists since 2018;
// its residents of 2011 are as that register counts them.
//
// Managing bodies are those that the Piano di Zona 2025-2027 names (section
// 3.3), as it stands: four Comuni of ASSC Casalpusterlengo, ten with a
// convention with ASP Basso Lodigiano, which covers the services for minors
// and, for the smallest, the segretariato sociale. The plan says that ACSI has
// 46 Comuni and does not name them. Since 47 are left, none is attributed:
// their field is empty, "non attribuito". A case states its own managing body,
// so that a change here rewrites no history.
package comuni
