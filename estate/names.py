"""Invented names: ordinary first names and surnames, combined by chance."""

from typing import Final

MEN: Final = tuple(
    """
    Aaron Adam Adrian Ahmed Alan Alex Andrew Anthony Arjun Barry Ben Brendan Callum Carl Charlie Chris Connor Craig
    Damian Daniel Darren David Dean Dominic Dylan Edward Elliot Ethan Femi Finn Gareth Gary Geoffrey George Glen Graham
    Harry Hassan Ian Ibrahim Jack Jacob Jake Jamal James Jason Jerome Joe Jonathan Jordan Joshua Karl Keith Kevin Kieran
    Kyle Lee Leon Lewis Liam Luke Marcus Mark Martin Matthew Michael Mohammed Nathan Neil Nicholas Oliver Omar Owen
    Patrick Paul Peter Phillip Raymond Reece Richard Robert Rohan Ross Ryan Samuel Scott Sean Simon Stephen Steven Stuart
    Tariq Terence Thomas Tobias Trevor Tyler Usman Vincent Wayne William Yusuf Zac
    """.split()
)

WOMEN: Final = tuple(
    """
    Abigail Aisha Alice Amanda Amber Amy Angela Anita Bethany Carly Caroline Catherine Chantelle Charlotte Chloe Claire
    Danielle Deborah Donna Eleanor Emily Emma Fatima Fiona Gemma Georgia Grace Hannah Hayley Heather Helen Holly Imogen
    Jade Jane Janet Jasmine Jennifer Jessica Joanne Julie Karen Kate Kayleigh Kelly Kerry Kirsty Laura Lauren Leanne
    Linda Lisa Louise Lucy Lynn Maria Megan Melissa Michelle Natalie Naomi Nicola Olivia Paige Rachel Rebecca Rosie Ruth
    Sally Samantha Sarah Shannon Sharon Shauna Sophie Stacey Susan Tanya Tara Tracey Vicky Wendy Yasmin Zainab
    """.split()
)

SURNAMES: Final = tuple(
    """
    Abbott Acheampong Adams Ahmed Akhtar Aldridge Allen Appleby Ashworth Atkins Bailey Banerjee Barker Barraclough Bassett
    Begum Bentley Birch Blackburn Booth Bradshaw Briggs Broadbent Brooks Buckley Burgess Butterworth Calder Campion
    Cartwright Chaudhry Clegg Coates Collier Connolly Cooper Cowling Crabtree Crossley Dacre Dalton Darwent Dawson Dean
    Delaney Dempster Denby Dhillon Dixon Doyle Drummond Duckworth Dunn Eastwood Eccles Edmunds Ellwood Emmott Fairhurst
    Farrell Fearnley Fenton Fielding Firth Fletcher Forrester Foster Gallagher Garside Gill Glover Goodall Greenhalgh
    Greenwood Grimshaw Haigh Hallam Hanley Hargreaves Harker Haworth Heaton Hebden Higgins Hinchcliffe Hirst Holroyd
    Hopwood Horsfall Hussain Illingworth Ingham Ives Jagger Jarvis Jessop Jowett Kaur Kavanagh Kellett Kendrick Kershaw
    Khan Kilburn Lacey Langley Laycock Leach Lister Lockwood Lomax Lumb Mahmood Mallinson Marsden Marshall Mather Maxwell
    Mellor Midgley Milner Mitchell Moorhouse Mortimer Moss Naylor Newsome Nuttall Oakes Oduya Ogden Okonkwo Oldfield
    Openshaw Osborne Padgett Parkin Patel Pearce Pickles Platt Pollard Porter Potter Priestley Quarmby Quinn Radcliffe
    Ramsden Rawson Rayner Redfern Rhodes Riley Rimmer Rowe Rushworth Sagar Saville Schofield Seddon Shackleton Shah
    Sharples Shaw Sheard Siddall Slater Smithson Speight Stansfield Stead Stott Sugden Sutcliffe Swift Sykes Tattersall
    Taylor Tempest Thackray Thornton Tordoff Townend Turton Uttley Varley Verity Wadsworth Walker Wardle Waterhouse Webster
    Whitehead Whittaker Wilkes Woodhead Wormald Wrigley Yeadon Yates
    """.split()
)

# A few that software tends to trip over: hyphens, apostrophes, spaces, accents.
AWKWARD_SURNAMES: Final = ("O'Dowd", "Smith-Hartley", "van der Velde", "D'Souza", "Müller", "Nuñez", "Mc Cready")
